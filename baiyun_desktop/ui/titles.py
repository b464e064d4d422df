"""How a record is called on the screen: its own title, with whom it is about before it, and codes in words.

Wherever several records stand below each other a title is masked as in a list; only a record's own page says it whole.
"""

from __future__ import annotations

from functools import lru_cache

from baiyun_desktop.kernel.field import Asked
from baiyun_desktop.kernel.listing import Condition, Test
from baiyun_desktop.kernel.mask import Shown
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.record import RecordInfo
from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.replica import Replica
from baiyun_desktop.ui.days import today
from baiyun_desktop.ui.listing import cell
from baiyun_desktop.ui.words import language

SUBTITLE_PARTS_MAX = 3


def lead_field(kind: RecordInfo) -> str | None:
    """The reference that says whom a record is about: the one that is asked first."""
    return next((f.name for f in kind.refs if f.asked is Asked.FIRST), None)


def own_title(program: Program, snapshot: Snapshot, shown: Shown = Shown.LIST) -> str:
    """A record's own title."""
    return program.title(snapshot.kind, snapshot.values, today(), shown, language())


def lead_of(program: Program, replica: Replica, kind: RecordInfo, snapshot: Snapshot, shown: Shown = Shown.LIST) -> str:
    """Whom a record is about; empty where it is about itself."""
    name = lead_field(kind)
    if name is None or not snapshot.get(name):
        return ""
    ref = kind.field(name).ref or ""
    target = replica.read.get(ref, snapshot.get(name))
    return own_title(program, target, shown) if target is not None else ""


def full_title(program: Program, replica: Replica, snapshot: Snapshot, shown: Shown = Shown.LIST) -> str:
    """Whom it is about, and its own title."""
    kind = program.kind(snapshot.kind)
    lead = lead_of(program, replica, kind, snapshot, shown)
    own = own_title(program, snapshot, shown)
    return f"{lead} · {own}" if lead else own


def about(title: str) -> str:
    """Whom a full title is about, without the record's own: a paper bears that number anyway."""
    return title.split(" · ", 1)[0]


def subtitle(program: Program, snapshot: Snapshot) -> str:
    """Listed values in words, masked as in a list, without what the title says already."""
    kind = program.kind(snapshot.kind)
    title = own_title(program, snapshot)
    words = [cell(program, snapshot.kind, info, snapshot.values) for info in kind.listed if info.ref is None]
    return " · ".join([w for w in words if w and w.rstrip("*") not in title][:SUBTITLE_PARTS_MAX])


@lru_cache(maxsize=512)
def _area(replica: Replica, code: str) -> str:
    found = replica.read.list("organisation", [Condition("code", Test.IS, code)], limit=1).rows
    return str(found[0].get("name") or code) if found else ""


def area_name(replica: Replica, code: str | None) -> str:
    """An organisation's name by its code; the code itself where it is not known here (yet)."""
    return (_area(replica, code) or code) if code else ""


def forget_areas() -> None:
    """Organisations have changed."""
    _area.cache_clear()
