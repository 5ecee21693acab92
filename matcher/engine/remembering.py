"""What was made of people's words and is remembered in memory can be forgotten all at once."""

from collections.abc import Callable
from typing import Protocol, TypeVar


class _Cached(Protocol):
    @property
    def cache_clear(self) -> Callable[[], None]: ...


Cached = TypeVar("Cached", bound=_Cached)

_FORGETTING: list[Callable[[], None]] = []


def remembers_texts(cached: Cached) -> Cached:
    """Register a cache of words or ids of people; to be put above ``lru_cache``."""
    _FORGETTING.append(cached.cache_clear)
    return cached


def forget_texts() -> None:
    """Empty every such cache of this process: somebody was erased."""
    for forget in _FORGETTING:
        forget()
