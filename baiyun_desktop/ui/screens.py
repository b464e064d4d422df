"""How a module brings screens that declarations alone cannot make, without the window knowing the module."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from baiyun_desktop.ui.shell import Page, Shell


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the navigation. `build` makes its page when it is first shown."""

    key: str
    title: str
    en: str
    icon: str
    build: Callable[[Shell], Page]
    kind: str = ""
    """The record kind it lists, where it is a list."""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Screens:
    """What one module adds to the window."""

    places: tuple[Place, ...] = ()
    new: Mapping[str, Callable[[Shell, Mapping[str, Any]], Page]] = field(default_factory=dict)
    """By record kind: the page that takes in a new one, where a general form will not do."""
    open: Mapping[str, Callable[[Shell, str], Page]] = field(default_factory=dict)
    """By record kind: the page that shows one."""
