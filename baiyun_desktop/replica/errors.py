"""What stands in the way outside the program (key, lock, disk), and the business answers of the door, as two families."""

from __future__ import annotations


class ReplicaError(Exception):
    """The environment stands in the way; the words say what to do."""


class WrongKey(ReplicaError):
    """The key does not open the file, or the file is damaged: SQLCipher cannot tell the two apart."""


class ReplicaInUse(ReplicaError):
    """Another process on this PC holds the replica."""


class ReplicaMissing(ReplicaError):
    """There is no replica at that path."""


class ReplicaTooNew(ReplicaError):
    """The file was written by a newer program; an old one must not touch it."""


class NetworkDrive(ReplicaError):
    """The replica's folder is on another machine, where a file in use is not safe."""


class BackupTrouble(ReplicaError):
    """A backup was not made, is not whole, or cannot be taken back; the words say what to do."""


class NotYet(ReplicaError):
    """Something would be lost: what is unsent has to go to the district first, or its loss be confirmed in writing."""


class DiskTrouble(ReplicaError):
    """The disk is full, read-only or failing. Nothing was half saved: the transaction was rolled back."""


class DoorRefusal(Exception):
    """The door's answer to something that may not be done; `reason` is plain words for the officer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StepRefused(DoorRefusal):
    """A step is not possible now. `fields` names what is missing, `cite` the article or rule that says so."""

    def __init__(self, reason: str, fields: tuple[str, ...] = (), cite: str = "") -> None:
        super().__init__(reason)
        self.fields = fields
        self.cite = cite


class Unknown(DoorRefusal):
    """What was named (a record, a kind, a contest) is not in this replica."""
