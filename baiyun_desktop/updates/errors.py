"""What stands in the way of an update, as words that say what to do; the program that is there goes on working."""

from __future__ import annotations


class UpdateTrouble(Exception):
    """The update was not taken; nothing has changed."""


class NotInstalled(UpdateTrouble):
    """This program was not started by a launcher, so that there is no folder of versions to update."""


class Untrusted(UpdateTrouble):
    """What was offered is not signed by this district, is older than what was seen before, or was changed."""


class Outdated(UpdateTrouble):
    """The signature has run out: the stick is too old, the district did not renew it, or this PC's date is wrong."""
