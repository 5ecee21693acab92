"""The matching engine: pure functions over profiles and vectors (no I/O, clock, environment or prose)."""
