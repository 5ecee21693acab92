"""Who may ask: keys, signed links, and the gate that turns either into a scope."""
