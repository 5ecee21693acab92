"""Synergies: who should meet whom, in which town, for which need, and why."""
