"""Baiyun Desktop: six offices of one district work on the same residents, with or without a line."""

__version__ = "0.1.0"
"""As in pyproject.toml. A replica says in it which program its schema is of; raise it with each release."""
