"""The engine's promises: rounds, merges and lines, on SQLite and on PostgreSQL."""
