"""One module per family of paths; each route reads, calls one use case, and answers."""
