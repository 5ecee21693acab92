"""Products of whole numbers by the processor's own instructions for them (PyTorch, oneDNN)."""

from functools import cache
from types import ModuleType

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
    torch = _torch()
    try:
        # Shared memory, never written: a mapped array is not writable in PyTorch's eyes.
        left, right = (torch.from_numpy(np.ascontiguousarray(some)) for some in (rows, others))
        found = torch._int_mm(left, right.t())
    except (AttributeError, RuntimeError):
        return multiplied(rows, others)
    return np.asarray(found.numpy())


@cache
def _torch() -> ModuleType:
    """PyTorch with one thread to a product: our threads multiply side by side.

    Threads of its own would wait for each other at the end of each product, which takes ten times
    as long where another process wants the processor.
    """
    import torch  # noqa: PLC0415

    torch.set_num_threads(1)
    return torch
