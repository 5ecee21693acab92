"""A worker process does not outlive the process that started it, however that one ended."""

import os
import signal
from multiprocessing import parent_process
from multiprocessing.connection import wait
from threading import Thread


def stop_with_parent() -> None:
    """In a worker, ask for a proper stop as soon as the parent is gone; elsewhere do nothing."""
    parent = parent_process()
    if parent is not None:
        Thread(target=_stop_after, args=(parent.sentinel,), daemon=True).start()


def _stop_after(sentinel: int) -> None:
    wait([sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
