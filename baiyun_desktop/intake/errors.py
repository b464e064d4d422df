"""What can be wrong with a file from outside, as one family with plain words, so that no trace ever meets a clerk."""

from __future__ import annotations


class IntakeError(Exception):
    """The file cannot be taken in; the words say why and what to do."""


class UnreadableFile(IntakeError):
    """Not a workbook, damaged, protected by a password, or too large."""


class NothingToImport(IntakeError):
    """The file was read, but no sheet of it looks like a list."""
