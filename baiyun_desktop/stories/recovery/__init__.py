"""Plays what an IT officer fears, on real desks and a real district: each story ends with nothing lost, nobody let in."""

from __future__ import annotations

from baiyun_desktop.stories.recovery.play import play

__all__ = ["play"]
