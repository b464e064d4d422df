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


class NoKeyStore(ReplicaError):
    """The operating system offers no key store: a passphrase has to be asked for."""


class WrongPassphrase(ReplicaError):
    """The passphrase does not unwrap the key."""


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
