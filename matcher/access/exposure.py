"""Whether an address may be listened on: profiles are not opened to a network by oversight."""

from ipaddress import ip_address

from matcher.errors import InvalidInput
from matcher.settings import Settings


def check_exposure(host: str, settings: Settings) -> None:
    """Raise InvalidInput ``open-to-everybody`` where others than this machine could read it all.

    Asking for keys settles it, and so does saying ``SYNERGIES_AUTH=off`` in so many words.
    """
    if not (settings.asks_keys or settings.auth_chosen or _is_loopback(host)):
        raise InvalidInput("open-to-everybody", pointer="host", host=host)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"
