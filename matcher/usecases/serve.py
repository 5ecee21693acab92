"""Serve the HTTP interface from one or several processes."""

import socket

import uvicorn

from matcher.errors import InvalidInput


def serve(*, host: str, port: int, workers: int) -> None:
    """Run until interrupted; raises InvalidInput when the address cannot be listened on."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise InvalidInput(
                "address-in-use", pointer="port", host=host, port=str(port)
            ) from error
    uvicorn.run(
        "api.app:create_app",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        # The access log would write whole addresses, with the ids of the actors asked about.
        access_log=False,
        server_header=False,
    )
