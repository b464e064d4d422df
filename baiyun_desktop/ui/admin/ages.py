"""Stretches of time and yes or nothing, as the administrators' tables say them."""

from __future__ import annotations

from baiyun_desktop.ui.words import say

MINUTE_MS = 60_000


def age_words(ms: int | None) -> str:
    """Minutes, hours or days; words for never."""
    if ms is None:
        return say("admin.never")
    minutes = ms // MINUTE_MS
    if minutes < 1:
        return say("admin.just_now")
    if minutes < 60:
        return say("sync.minutes", n=minutes)
    if minutes < 48 * 60:
        return say("sync.hours", n=minutes // 60)
    return say("sync.days", n=minutes // (24 * 60))
