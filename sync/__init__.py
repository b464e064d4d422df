"""Replication of SQLAlchemy tables between many desks and one district; knows no module, no Qt and no mandate."""
