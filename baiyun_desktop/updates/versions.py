"""Version numbers that compare, and the name of the system that a package is for."""

from __future__ import annotations

import platform
import re

_FORM = re.compile(r"\d{1,6}(\.\d{1,6}){0,3}")


def is_version(text: str) -> bool:
    """Whether it is one of ours: up to four numbers with dots, so also a safe name of a folder."""
    return _FORM.fullmatch(text) is not None


def order(version: str) -> tuple[int, ...]:
    """By which versions sort; 1.2 and 1.2.0 are the same."""
    numbers = [int(part) for part in version.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def this_system() -> str:
    """Such as linux-x86_64, linux-aarch64 or windows-amd64."""
    return f"{platform.system()}-{platform.machine()}".lower()
