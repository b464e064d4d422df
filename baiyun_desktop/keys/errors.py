"""What stands between an officer and the key of the file, in words that say what to do."""

from __future__ import annotations


class KeyTrouble(Exception):
    """The key is not to be had as things are; the words say what to do. A bug is any other exception."""


class NoKeyStore(KeyTrouble):
    """The operating system offers no key store: a passphrase has to be asked for."""


class WeakPassphrase(KeyTrouble):
    """What was chosen as a passphrase is too short, or was typed differently the second time."""


class WrongPassphrase(KeyTrouble):
    """The passphrase does not unwrap the key."""


class KeyLost(KeyTrouble):
    """No wrapping of this PC opens any more; the district's may: see `recovery`."""


class KeysDamaged(KeyTrouble):
    """The file of wrapped keys is missing, damaged or of a newer program."""


class NotRecoverable(KeyTrouble):
    """The district never got a wrapped key of this desk, or not this one."""


class Misread(KeyTrouble):
    """A typed or pasted text is not a request, not an answer, or not whole."""


class NotTheAnswer(KeyTrouble):
    """An answer to another request, or one made with another district's key."""


class Declined(KeyTrouble):
    """The administrator, or the district's own books, did not let the key be given out."""
