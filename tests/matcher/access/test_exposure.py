"""Profiles are not opened to a network by oversight."""

import pytest

from matcher.access.exposure import check_exposure
from matcher.errors import InvalidInput
from matcher.settings import Settings

DATABASE = "sqlite:///a.db"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "synergies.exemple", "", "127"])
def test_a_network_is_refused_unless_somebody_has_chosen(host: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_exposure(host, Settings(DATABASE))
    assert (refused.value.code, refused.value.pointer) == ("open-to-everybody", "host")
    assert refused.value.parameters["host"] == host
    check_exposure(host, Settings(DATABASE, auth="on"))
    check_exposure(host, Settings(DATABASE, auth="off", auth_chosen=True))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost", "LocalHost"])
def test_this_machine_is_always_allowed(host: str) -> None:
    check_exposure(host, Settings(DATABASE))
