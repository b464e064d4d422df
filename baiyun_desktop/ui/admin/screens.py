"""Which places an administrator's window may have, each with the duty that it is for; roles say which duties they have."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from baiyun_desktop.kernel.role import Duty
from baiyun_desktop.ui.admin.deeds_page import DeedsPage
from baiyun_desktop.ui.admin.fleet_page import FleetPage
from baiyun_desktop.ui.admin.health_page import HealthPage
from baiyun_desktop.ui.admin.officers_page import OfficersPage
from baiyun_desktop.ui.admin.organisations_page import OrganisationsPage
from baiyun_desktop.ui.admin.posts_page import PostsPage
from baiyun_desktop.ui.screens import Place, Screens
from baiyun_desktop.ui.words import table


def _place(key: str, icon: str, page: Callable[..., QWidget], *duties: Duty) -> Place:
    zh, en = table()[f"place.{key}"]
    return Place(key, zh, en, icon, page, duties=frozenset(duties))


SCREENS = Screens(
    places=(
        _place("fleet", "desk", FleetPage, Duty.FLEET),
        _place("health", "server", HealthPage, Duty.FLEET),
        _place("officers", "person", OfficersPage, Duty.OFFICERS),
        _place("posts", "worklist", PostsPage, Duty.OFFICES, Duty.RIGHTS),
        _place("organisations", "house", OrganisationsPage, Duty.OFFICES),
        _place("deeds", "history", DeedsPage, Duty.AUDIT),
    )
)
"""Given to the window as a module's screens are; an auditor's further places come the same way."""
