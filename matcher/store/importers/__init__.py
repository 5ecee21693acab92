"""Reading actors from files of many shapes, one concern a module.

``reading`` opens a file, ``json_rows`` and ``table_rows`` cut it into rows, ``shapes`` tells what
a row is, ``directories`` and ``data_inclusion`` turn foreign shapes into the actor row of ``rows``,
``sides`` and ``locating`` settle the side and the territory. Nothing here writes to the database.
"""
