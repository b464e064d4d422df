"""What the migrant centre's counter holds of the whole district: people, where they live, and their registrations."""

from __future__ import annotations

from baiyun_desktop.kernel.merging import View
from baiyun_desktop.modules.migrants.records import ResidenceReg

_SHARED = ("person", "person_identity", "house", "address_unit", "household", "household_member", "enterprise")
_STEPS = ("movement", "doc_instance", "approval")
_ASKED = ("link", "doubt", "rescue")
"""Contests need no name: they are shown where all is that they are about."""

COUNTER_VIEW = View("migrants", dict.fromkeys((*_SHARED, str(ResidenceReg.__tablename__), *_STEPS, *_ASKED), None))
"""No other mandate's records, and no posts and officers but its own."""
