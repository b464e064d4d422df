"""Which places the navigation shows: the window's own, the modules' lists, and what modules' screens add."""

from __future__ import annotations

from collections.abc import Iterable

from baiyun_desktop.kernel.audit import ENTRY
from baiyun_desktop.kernel.listing import ListSpec
from baiyun_desktop.kernel.role import Duty
from baiyun_desktop.ui.approval_page import ApprovalPage
from baiyun_desktop.ui.contests_page import ContestsPage
from baiyun_desktop.ui.desk import DeskContext
from baiyun_desktop.ui.import_page import ImportPage
from baiyun_desktop.ui.list_page import ListPage
from baiyun_desktop.ui.lookup_page import LookupPage
from baiyun_desktop.ui.paper_queue import PrintQueuePage
from baiyun_desktop.ui.safety_page import SafetyPage
from baiyun_desktop.ui.screens import Place
from baiyun_desktop.ui.shell import Page, Shell
from baiyun_desktop.ui.tray_page import TrayPage
from baiyun_desktop.ui.visits_page import VisitsPage
from baiyun_desktop.ui.words import table
from baiyun_desktop.ui.worklist_page import WorklistPage

_ICONS = {"person": "person", "house": "house", ENTRY: "history"}
AUDIT_COLUMNS = ("when", "who", "post", "what", "kind", "fields", "reason", "device", "seq")
AUDITING = frozenset({Duty.AUDIT})
REGISTRY, PERSON = "registry", "person"
"""Shared nouns stand below the mandates' own lists."""


def places_of(desk: DeskContext) -> list[Place]:
    """The places in order: worklist, the mandates' lists, the registry's, what waits, import, what came back, printing, backups.

    An administrator's window shows what his duties are for, and nothing of these.
    """
    duties = desk.replica.duties
    return [place for place in _every(desk) if (place.duties & duties if duties else not place.duties)]


def _every(desk: DeskContext) -> list[Place]:
    modules = sorted(desk.program.modules, key=lambda m: m.name == REGISTRY)
    lists = [_list(spec) for module in modules for spec in module.lists]
    added = [place for screens in desk.screens for place in screens.places]
    own = {place.key for place in added}
    return [
        _own("worklist", WorklistPage),
        *(place for place in lists if place.key not in own),
        *added,
        *([_own("visits", VisitsPage, icon="house")] if _visits(desk) else []),
        _own("contests", ContestsPage, icon="contest"),
        *([_own("import", ImportPage)] if desk.may_create(PERSON) else []),
        _own("tray", TrayPage),
        _own("prints", PrintQueuePage, icon="print"),
        *([_own("safety", SafetyPage, icon="lock")] if desk.safety is not None else []),
        *([_own("lookup", LookupPage, icon="search")] if desk.look_up is not None else []),
        _own("approvals", ApprovalPage, icon="check"),
        _list(_audit()),
    ]


def _visits(desk: DeskContext) -> bool:
    """Whether this post goes from door to door for any mandate."""
    return any(desk.may_create(spec.note.kind) for spec in desk.program.visits.values())


def home(keys: Iterable[str]) -> str:
    """Where a day starts."""
    return next(iter(keys))


def _own(key: str, page: type[Page], icon: str = "") -> Place:
    zh, en = table()[f"place.{key}"]
    return Place(key, zh, en, icon or key, page)


def _audit() -> ListSpec:
    """For the auditors' posts, whose desks hold every entry."""
    zh, en = table()["place.audit"]
    return ListSpec(name="audit", title=zh, en=en, kind=ENTRY, sort=("-at",), columns=AUDIT_COLUMNS, duties=AUDITING)


def _list(spec: ListSpec) -> Place:
    def build(shell: Shell) -> Page:
        return ListPage(shell, spec)

    icon = _ICONS.get(spec.kind, "registration")
    group, group_en = (spec.group.title, spec.group.en) if spec.group is not None else ("", "")
    return Place(
        spec.name, spec.title, spec.en or spec.title, icon, build, kind=spec.kind, duties=spec.duties,
        group=group, group_en=group_en,
    )  # fmt: skip
