"""The migrations of the store, each tried on SQLite and on PostgreSQL."""
