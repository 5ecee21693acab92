"""Speed over HTTP: ``python -m tests.benchmarks.over_http``.

Starts ``synergies serve`` with two workers on a free port. Callers that keep their connections ask
for the partners of stored actors, each sending its next request as soon as it is answered; then
again, with the ETag of what they have. In the same run: the same bytes from an empty FastAPI route
served alike, and from a bare socket server, which is the most these callers can ask for. Prints
JSON; nothing is written. (A file named ``http.py`` would hide Python's own ``http``.)
"""

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
from fastapi import FastAPI, Response
from sqlalchemy import select

from matcher.settings import Settings
from matcher.store.database import Database
from matcher.store.tables import actors
from matcher.territory import load_referential
from tests.benchmarks.keep_alive import Caller, Run, load

ROOT = Path(__file__).parents[2]
ASKED = 400
"""At most so many different actors ask."""
START_SECONDS = 120
CONNECTIONS_TRIED = 12
"""New connections that must all find the service ready: so many reach every worker."""
EMPTY = "tests.benchmarks.over_http:empty_app"
ANSWER_VARIABLE = "SYNERGIES_BENCH_ANSWER"


def questions(database_url: str, department: str, limit: int) -> list[str]:
    """Addresses that ask for the partners, in a département, of actors who sit there."""
    referential = load_referential()
    inside = referential.communes_of(referential.find(department).id)
    codes = {commune.partition(":")[2] for commune in inside}
    database = Database.open(database_url)
    with database.read() as connection:
        rows = connection.execute(select(actors.c.id, actors.c.commune, actors.c.profiling)).all()
    database.close()
    asking = sorted(row.id for row in rows if row.profiling and row.commune in codes)
    picked = np.random.default_rng(0).permutation(asking)[:ASKED]
    shared = {"department": department, "limit": limit}
    return ["/recommendations?" + urlencode({"actor_id": str(one), **shared}) for one in picked]


def empty_app() -> FastAPI:
    """An application of one route that returns bytes it was given, with no work at all."""
    app, content = FastAPI(), Path(os.environ[ANSWER_VARIABLE]).read_bytes()

    @app.get("/recommendations")
    async def answer() -> Response:
        return Response(content, media_type="application/json")

    return app


def serve_empty(port: int, workers: int) -> None:
    """Serve the empty route exactly as the product is served."""
    from matcher.usecases.serve import serve  # noqa: PLC0415 - only this process needs it

    serve(
        host="127.0.0.1", port=port, workers=workers, factory="tests.benchmarks.over_http:empty_app"
    )


class _Bare(asyncio.Protocol):
    """Answers each packet with the same bytes."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.transport.write(self.answer)


def serve_bare(port: int, workers: int) -> None:
    """Serve the bytes with nothing in between: one process, whatever ``workers``."""
    content = Path(os.environ[ANSWER_VARIABLE]).read_bytes()
    answer = f"HTTP/1.1 200 OK\r\nContent-Length: {len(content)}\r\n\r\n".encode() + content

    async def forever() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Bare(answer), "127.0.0.1", port)
        await server.serve_forever()

    asyncio.run(forever())


@contextmanager
def served(command: Sequence[str], path: str, **environment: str) -> Iterator[tuple[int, int]]:
    """Run a server on a free port while the block lasts; gives the port and the process id."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    usual = os.environ.get("PYTHONPATH", "")
    paths = os.pathsep.join(filter(None, (str(ROOT), usual)))
    process = subprocess.Popen(
        [sys.executable, *(word.format(port=port) for word in command)],
        env={**os.environ, "PYTHONPATH": paths, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await(port, path, process, command)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def _await(port: int, path: str, process: subprocess.Popen[bytes], command: object) -> None:
    deadline, ready = time.monotonic() + START_SECONDS, 0
    while ready < CONNECTIONS_TRIED:
        if process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"the server did not start: {command}")
        with suppress(OSError, ConnectionError):
            if Caller(port).whole(path)[0] == 200:
                ready += 1
                continue
        time.sleep(0.1)


def busy(pid: int) -> float:
    """Seconds of processor that the process and its children have used; 0 where unknown."""
    with suppress(OSError, ValueError, IndexError):
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(c) for task in tasks for c in (task / "children").read_text().split()]
        times = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        own = (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK")
        return own + sum(busy(child) for child in children)
    return 0.0


def measure(options: argparse.Namespace) -> dict[str, object]:
    """Run every phase against one database, one after the other."""
    paths = questions(options.database, options.department, options.limit)
    if not paths:
        raise SystemExit(f"no actor sits in {options.department}: import some, or `make demo`")
    found: dict[str, Run] = {}
    how = {"seconds": options.seconds, "clients": options.clients}
    workers = str(options.workers)
    product = ["-m", "matcher.cli", "serve", "--port", "{port}", "--workers", workers]
    with served(product, "/health/ready", SYNERGIES_DATABASE_URL=options.database) as server:
        load(server[0], paths, seconds=options.seconds / 2, clients=options.clients)
        found["answers"] = _measured(server, paths, **how)
        found["unchanged"] = _measured(server, paths, tags={}, **how)
        bodies = sorted((Caller(server[0]).whole(path)[1] for path in paths[:99]), key=len)
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        answer.write_bytes(bodies[len(bodies) // 2])
        for name in ("empty", "bare"):
            code = f"from tests.benchmarks.over_http import *; serve_{name}({{port}}, {workers})"
            environment = {ANSWER_VARIABLE: str(answer)}
            with served(["-c", code], "/recommendations", **environment) as server:
                found[name] = _measured(server, ["/recommendations"], **how)
    return {"actors_asking": len(paths), **how, "workers": options.workers, **_told(found)}


def _measured(server: tuple[int, int], paths: Sequence[str], **how: Any) -> Run:
    port, process = server
    before = busy(process)
    run = load(port, paths, **how)
    run.busy = busy(process) - before
    return run


def _told(found: dict[str, Run]) -> dict[str, object]:
    told: dict[str, object] = {name: run.figures() for name, run in found.items()}
    rate = {name: len(run.seconds) / run.lasted for name, run in found.items()}
    unchanged = found["unchanged"].statuses
    told["answers_per_empty"] = round(rate["answers"] / rate["empty"], 3)
    told["empty_per_bare"] = round(rate["empty"] / rate["bare"], 3)
    told["share_of_304"] = round(unchanged[304] / unchanged.total(), 3)
    return told


def main() -> None:
    """Read the command line, measure, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default=Settings.from_environment(os.environ).database_url)
    parser.add_argument("--department", default="95")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each of the four phases")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--limit", type=int, default=10)
    print(json.dumps(measure(parser.parse_args()), indent=2))  # noqa: T201


if __name__ == "__main__":
    main()
