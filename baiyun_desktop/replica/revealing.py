"""Hands covered values out whole: who wants them says why, that is in the audit first, and only then are they read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from baiyun_desktop.kernel.audit import Doing
from baiyun_desktop.replica.audit import Audit
from baiyun_desktop.replica.errors import DoorRefusal
from baiyun_desktop.replica.read import Read

NO_REASON = "请写明查看完整号码的事由"


class Revealing:
    """Of one replica: whatever a list, a card or a page covers, for those whose role sees it after a reason was noted."""

    def __init__(self, read: Read, audit: Audit) -> None:
        self._read, self._audit = read, audit

    def whole(
        self,
        kind: str,
        records: Sequence[str],
        fields: Sequence[str],
        reason: str,
        *,
        what: Doing = Doing.REVEAL,
        officer: str = "",
    ) -> Mapping[str, Mapping[str, Any]]:
        """By record, these fields as they are; a record that is not here (one that nobody has saved yet) is missing.

        Raises DoorRefusal where the post's role sees none, where no reason is said, and what the door raises.
        """
        if not reason.strip() and what is Doing.REVEAL:
            raise DoorRefusal(NO_REASON)
        self._audit.note(what, kind=kind, record=" ".join(records), fields=fields, reason=reason, officer=officer)
        held = self._read.many(kind, records)
        return {record: {name: row.values.get(name) for name in fields} for record, row in held.items()}
