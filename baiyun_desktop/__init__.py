"""Baiyun Desktop: six offices of one district work on the same residents, with or without a line."""

RELEASES = (("0.1.0", "2026-11-01"),)
"""Each release and its day, the newest last: a release is one line more here, and the same number in pyproject.toml."""
__version__, RELEASED_ON = RELEASES[-1]
"""A replica says in the one which program its schema is of; a clock that stands before the other is wrong."""
