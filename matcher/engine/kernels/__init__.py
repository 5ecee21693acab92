"""The loops that every question runs through, compiled (numba): no I/O, no objects, no threads.

Compiled code is kept on disk per file and knows nothing of changes in another, so no kernel of one
file calls one of another.
"""
