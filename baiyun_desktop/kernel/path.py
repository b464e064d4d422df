"""Finds the field that a path such as "seeker.person.name" leads to; what papers, ledgers and their rows are named by."""

from __future__ import annotations

from collections.abc import Mapping

from baiyun_desktop.kernel.field import FieldInfo
from baiyun_desktop.kernel.record import RecordInfo


def field_at(kinds: Mapping[str, RecordInfo], kind: str, path: str) -> tuple[RecordInfo, FieldInfo] | None:
    """The kind at the end of the path's references, and its field; None where the path leads nowhere."""
    info, (*links, own) = kinds[kind], path.split(".")
    for name in links:
        link = info.by_name.get(name)
        if link is None or link.ref is None:
            return None
        info = kinds[link.ref]
    return (info, info.by_name[own]) if own in info.by_name else None
