"""The room that remembers, in SQLite or PostgreSQL: the only one that knows SQLAlchemy."""
