"""Enters and changes the organisations of a district: the area tree that rights follow, so with care and a deed each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from baiyun_desktop.kernel.field import Asked
from baiyun_desktop.kernel.merging import EVERYWHERE
from baiyun_desktop.kernel.role import by_home
from baiyun_desktop.registry.administration import ABOVE
from baiyun_desktop.registry.divisions import organisation_id
from baiyun_desktop.registry.organisation import FOR_GOOD, Organisation
from sync.act import Change, Op
from sync.schema import fits

from .assembly import ORGANISATION, Assembly
from .deeds import AT_COMMAND, Deed, note
from .errors import Unfit
from .standing import Row, records

INFO = Organisation.info
EDITABLE = {f.name: f for f in INFO.fields if f.asked is not Asked.AUTO and not f.derived}
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{1,31}")
Values = Mapping[str, str | None]


def enter(assembly: Assembly, values: Values, by: str = AT_COMMAND) -> str:
    """A new organisation below one that there is; returns its code. Raises Unfit."""
    row = {name: value for name, value in values.items() if value}
    code, known = str(row.get("code") or ""), _known(assembly)
    if not _CODE.fullmatch(code) or by_home([code]) or code == ABOVE:
        raise Unfit("a code has 2 to 32 letters and digits", "请填写代码：2 到 32 位数字或字母")
    if code in known:
        raise Unfit(
            f"there is an organisation {code} already", f"代码“{code}”已经有了：{known[code].get('name') or ''}"
        )
    if not row.get("name"):
        raise Unfit("name the organisation", "请填写名称")
    _check(assembly, code, row, known)
    note(assembly, by, Deed.ORGANISATION_MADE, f"{row['name']} {code}")
    assembly.district.write(
        [Change(ORGANISATION, organisation_id(code), Op.CREATE, {**row, "area": EVERYWHERE})], "设组织"
    )
    return code


def change(assembly: Assembly, code: str, values: Values, by: str = AT_COMMAND) -> None:
    """Other facts of an organisation, ended or succeeded ones too. Raises Unfit."""
    known = _known(assembly)
    before = known.get(code)
    if before is None or by_home([code]):
        raise Unfit(f"no such organisation: {code}", f"没有代码为“{code}”的组织")
    fields = {name: value or None for name, value in values.items() if (value or None) != (before.get(name) or None)}
    for name in FOR_GOOD:
        if name in fields:
            label = INFO.field(name).label
            raise Unfit(f"{name} stays as it is", f"{label}不能改：请另设一个组织，再把它填为“后继代码”")
    if not fields:
        raise Unfit("nothing is other than before", "没有改动")
    if "name" in fields and not fields["name"]:
        raise Unfit("name the organisation", "请填写名称")
    _check(assembly, code, {**before, **fields}, known, fields)
    said = "、".join(INFO.field(name).label for name in fields)
    note(assembly, by, Deed.ORGANISATION_CHANGED, f"{before.get('name') or ''} {code}".strip(), said)
    assembly.district.write([Change(ORGANISATION, before["id"], Op.FIELDS, fields)], "改组织")


def _known(assembly: Assembly) -> dict[str, Row]:
    return {str(row["code"]): row for row in records(assembly, ORGANISATION).values() if row.get("code")}


def _check(
    assembly: Assembly, code: str, row: Mapping[str, Any], known: Mapping[str, Row], fields: Values | None = None
) -> None:
    """Raises Unfit for what the declaration has no place for, and for a tree that could not stand."""
    for name in row if fields is None else fields:
        info, value = EDITABLE.get(name), row.get(name)
        spec = INFO.spec.field(name)
        if info is None or spec is None or not fits(spec, value):
            raise Unfit(
                f"{name} is nothing that can be said here", f"“{info.label if info else name}”的内容不对，请核对"
            )
        if info.codes is not None and value and value not in assembly.program.codes(info.codes).items:
            raise Unfit(f"{name}: no such code", f"“{info.label}”没有“{value}”这一项")
    parent, after = row.get("parent_code"), row.get("successor")
    tops = [one for one in known.values() if not one.get("parent_code")]
    if (not parent and known.get(code) not in tops) or (parent and (parent not in known or by_home([str(parent)]))):
        raise Unfit("name the organisation that it is part of", "请填写上级代码，须是已有的组织")
    if after and (after not in known or by_home([str(after)]) or _leads_to(known, str(after), code)):
        raise Unfit(f"no such successor: {after}", f"后继代码“{after}”不是另一个现有的组织")
    if row.get("valid_from") and row.get("valid_to") and row["valid_to"] < row["valid_from"]:
        raise Unfit("it would end before it began", "停用日期早于启用日期，请核对")


def _leads_to(known: Mapping[str, Row], start: str, code: str) -> bool:
    """Whether an organisation is, or has become through successors, that one."""
    seen: set[str] = set()
    while start and start not in seen:
        if start == code:
            return True
        seen.add(start)
        start = str(known.get(start, {}).get("successor") or "")
    return False
