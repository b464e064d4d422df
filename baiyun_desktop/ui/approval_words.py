"""What is asked for, in the same lines wherever somebody is to allow it: who asks, what leaves, and why."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from baiyun_desktop.kernel.approval import Wanted
from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.ui.exporting import wanted_words
from baiyun_desktop.ui.parts import text
from baiyun_desktop.ui.words import say


def asked_for(one: Snapshot | None) -> list[QWidget]:
    """The lines; none where the request has left this desk."""
    if one is None:
        return []
    why = wanted_words(tuple(Wanted[name] for name in one.get("wanted", ()) if name in Wanted.__members__))
    head = say("approval.card", who=one.get("asked_by", ""), post=one.get("asked_at_post", ""))
    what = say("approval.what", about=one.get("about", ""), n=one.get("rows", 0), why=why)
    reason = say("approval.reason", reason=one.get("reason", ""), until=one.get("until", ""))
    return [text(head, "heading"), text(what, wrap=True), text(reason, "muted", wrap=True)]
