"""Layouts of papers among the records: the one in force, the one that a paper was made with, and a new version of one."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from baiyun_desktop.kernel.merging import EVERYWHERE
from baiyun_desktop.kernel.paper import PaperSpec
from baiyun_desktop.kernel.template import COLLECTION as TEMPLATE
from baiyun_desktop.kernel.template import Template, in_force
from baiyun_desktop.registry.areas import DISTRICT
from baiyun_desktop.replica.errors import DoorRefusal
from baiyun_desktop.replica.identity import DeskIdentity
from baiyun_desktop.replica.issuing import organisation
from baiyun_desktop.replica.layout import Layout
from baiyun_desktop.replica.plain import every, one
from sync.act import Change, Op


def layout_in_force(conn: Connection, layout: Layout, code: str, day: str) -> Template | None:
    """The layout that a record holds for a paper; None where the program's own is in force."""
    reader = layout.readers[TEMPLATE]
    rows = every(conn, f'SELECT {reader.columns} FROM "{TEMPLATE}" WHERE code = ? AND voided IS 0', (code,))
    return in_force((Template.of(reader.values(row)) for row in rows), day)


def layout_by(conn: Connection, layout: Layout, sha256: str) -> Template | None:
    """The layout of that fingerprint among the records, also one that has been replaced or withdrawn."""
    reader = layout.readers[TEMPLATE]
    found = one(conn, f'SELECT {reader.columns} FROM "{TEMPLATE}" WHERE sha256 = ?', (sha256,))
    return None if found is None else Template.of(reader.values(found))


def check_is_top(conn: Connection, layout: Layout, identity: DeskIdentity) -> None:
    """Raises DoorRefusal away from the district's top, as far as this desk knows; the district judges it again."""
    if not any(organisation(conn, layout, area).get("level") in (None, DISTRICT) for area in identity.places):
        raise DoorRefusal("版式由区一级统一更换，本岗位不能改")


def next_version(conn: Connection, layout: Layout, paper: PaperSpec, source: str, valid_from: str) -> Template:
    """A new version of a paper's layout, in force from an ISO day on. Raises DoorRefusal for one that is there."""
    template = Template(paper.name, 0, paper.title, source, valid_from)
    known = layout_by(conn, layout, template.sha256)
    if known is not None and known.code == paper.name:
        raise DoorRefusal(f"这就是第 {known.version} 版，没有改动")
    highest = every(conn, f'SELECT max(version) FROM "{TEMPLATE}" WHERE code = ?', (paper.name,))[0][0]
    return Template(paper.name, max(highest or 0, paper.version) + 1, paper.title, source, valid_from)


def layout_change(record: str, template: Template) -> Change:
    """The record of a layout, for every desk of the district."""
    fields = {
        "area": EVERYWHERE, "code": template.code, "version": template.version, "title": template.title,
        "source": template.source, "sha256": template.sha256, "valid_from": template.valid_from,
    }  # fmt: skip
    return Change(TEMPLATE, record, Op.CREATE, fields)
