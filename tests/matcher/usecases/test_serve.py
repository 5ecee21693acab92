import socket

import pytest

from matcher.errors import InvalidInput
from matcher.usecases.serve import serve


def test_an_address_that_is_taken_is_refused_before_anything_starts() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InvalidInput) as refused:
            serve(host="127.0.0.1", port=port, workers=1)
    assert (refused.value.code, refused.value.parameters["port"]) == ("address-in-use", str(port))


def test_an_address_that_is_not_of_this_machine_is_refused() -> None:
    """192.0.2.0/24 is for documentation: no machine bears such an address."""
    with pytest.raises(InvalidInput):
        serve(host="192.0.2.1", port=0, workers=1)
