"""One file, one function: what a command of the CLI runs and what a route calls."""
