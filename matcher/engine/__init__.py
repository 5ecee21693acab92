"""The matching engine: pure functions over profiles and vectors.

No I/O, no clock, no environment, no prose: those are given to it or added to what it answers.
"""
