"""Learn the constants of matching from committed texts and labels: ``synergies train``."""
