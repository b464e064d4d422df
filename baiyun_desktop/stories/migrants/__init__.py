"""Plays a month at the migrant service centre, so that its figures can be held against the databases, and be watched."""

from __future__ import annotations

from baiyun_desktop.stories.migrants.play import play

__all__ = ["play"]
