"""Products of whole numbers by the processor's own instructions for them (PyTorch, oneDNN)."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from matcher.engine.columns import Numbers
from matcher.engine.rows import Small, multiplied

WORTH_IT = 64 * 64
"""Products of two rows from which they are quicker this way."""


def whole_products(rows: Small, others: Small) -> Numbers:
    """The same as :func:`matcher.engine.rows.multiplied`, to the bit, two to three times as fast.

    PyTorch is imported at the first large product only. Its integer product is not a public
    function: where it is absent or refuses, floats multiply.
    """
    if len(rows) * len(others) < WORTH_IT:
        return multiplied(rows, others)
    import torch  # noqa: PLC0415

    try:
        # Shared memory, never written: a mapped array is not writable in PyTorch's eyes.
        left, right = (torch.from_numpy(np.ascontiguousarray(some)) for some in (rows, others))
        found = torch._int_mm(left, right.t())
    except (AttributeError, RuntimeError):
        return multiplied(rows, others)
    return np.asarray(found.numpy())


@contextmanager
def one_thread_each() -> Iterator[None]:
    """While several threads multiply, each does so alone instead of sharing with the others."""
    import torch  # noqa: PLC0415

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
