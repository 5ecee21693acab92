"""What is done aside is done, one failure stops nobody, and no more waits than may."""

import logging
from threading import Event

import pytest

from matcher.access.aside import MOST_WAITING, WORKERS, Aside
from matcher.errors import NotReady


def test_what_is_asked_for_is_done_before_it_is_closed() -> None:
    done: list[int] = []
    aside = Aside()
    for number in range(20):
        assert aside.do("counting", lambda number=number: done.append(number))  # type: ignore[misc]
    aside.close()
    assert sorted(done) == list(range(20))


def test_finishing_waits_for_all_and_takes_more_afterwards() -> None:
    done: list[str] = []
    aside = Aside()
    begun, go = Event(), Event()

    def slowly() -> None:
        begun.set()
        go.wait(30)
        done.append("slow")

    aside.do("slow work", slowly)
    assert begun.wait(30)
    go.set()
    aside.finish()
    assert done == ["slow"]
    assert aside.do("later work", lambda: done.append("later")) is True
    aside.finish()
    assert done == ["slow", "later"]
    aside.close()


def test_what_is_too_much_is_dropped_and_told(caplog: pytest.LogCaptureFixture) -> None:
    go, done = Event(), []
    aside = Aside(most=3)
    taken = [aside.do("waiting", lambda: done.append(go.wait(30))) for _ in range(5)]
    go.set()
    aside.finish()
    assert taken == [True, True, True, False, False]
    assert done == [True] * 3
    assert caplog.messages == ["waiting was not done: 3 others wait"] * 2
    assert aside.do("waiting", lambda: None) is True  # who is done waits no more
    aside.close()
    assert MOST_WAITING == 200


def test_as_many_are_done_at_once_as_there_are_threads_of_that_name() -> None:
    import threading  # noqa: PLC0415

    go, names = Event(), []
    all_begun = threading.Barrier(WORKERS + 1, timeout=30)
    aside = Aside()

    def work() -> None:
        names.append(threading.current_thread().name)
        all_begun.wait()
        go.wait(30)

    for _ in range(WORKERS):
        aside.do("work", work)
    all_begun.wait()
    go.set()
    aside.close()
    assert all(name.startswith("aside") for name in names)
    assert len(names) == WORKERS == 2


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError("secret"), "noting failed: OSError"),
        (NotReady("database-unreachable"), "noting failed: "),
        (RuntimeError("secret"), "noting failed unexpectedly: RuntimeError"),
    ],
)
def test_what_fails_is_told_without_what_it_said_and_others_are_done(
    error: Exception, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise error

    done: list[str] = []
    aside = Aside()
    aside.do("noting", fail)
    aside.do("other work", lambda: done.append("done"))
    aside.close()
    [record] = caplog.records
    expected = f"{told}{error}" if isinstance(error, NotReady) else told
    assert (record.levelno, record.getMessage()) == (logging.ERROR, expected)
    assert "secret" not in caplog.text
    assert done == ["done"]
