"""Where actors are kept: tables, queries, migrations, importers."""
