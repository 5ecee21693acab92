"""The referential of territories: communes, EPCI, départements, régions, Québec."""
