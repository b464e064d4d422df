"""The engine's words that declarations use, passed on so that nouns and mandates know the kernel alone."""

from __future__ import annotations

from sync.schema import EVERYWHERE, Kind, Policy, Referral, Row, Unique, View

__all__ = ["EVERYWHERE", "Kind", "Policy", "Referral", "Row", "Unique", "View"]
