"""Pages that people reach from a mail: forms on the server, no script."""
