"""Every sentence the window says, Chinese first, from one table, so that no text is hard-wired in a screen."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Protocol

from baiyun_desktop.kernel.resource import resource

LANGUAGES = ("zh", "en")


class Labelled(Protocol):
    """What a declaration carries: its Chinese label and, where given, an English one."""

    @property
    def label(self) -> str: ...
    @property
    def en(self) -> str: ...


class _Choice:
    """The language in use; one per process, like the screen it is shown on."""

    index = 0


def set_language(language: str) -> None:
    """Switch to "zh" or "en"; screens built afterwards speak it."""
    _Choice.index = LANGUAGES.index(language)


def language() -> str:
    """The language in use."""
    return LANGUAGES[_Choice.index]


@cache
def table() -> dict[str, tuple[str, str]]:
    """Key "section.name" to its (Chinese, English) pair."""
    with resource("translations", "desk.toml").open("rb") as file:
        sections = tomllib.load(file)
    return {f"{section}.{name}": (zh, en) for section, words in sections.items() for name, (zh, en) in words.items()}


def say(key: str, **values: object) -> str:
    """The sentence of that key in the language in use, with `{names}` filled in. Raises KeyError for an unknown key."""
    text = table()[key][_Choice.index]
    return text.format(**values) if values else text


def told(chinese: str, english: str | None) -> str:
    """A declaration's own words: the English ones only where asked for and given."""
    return english if _Choice.index and english else chinese


@cache
def _helps() -> dict[str, dict[str, tuple[str, str]]]:
    with resource("translations", "help.toml").open("rb") as file:
        return {kind: {name: (zh, en) for name, (zh, en) in said.items()} for kind, said in tomllib.load(file).items()}


def help_for(kind: str, name: str, declared: str = "") -> str:
    """The sentence beside a field: its declaration's own, where it has one, else ours; empty where nobody has any."""
    zh, en = _helps().get(kind, {}).get(name, ("", ""))
    return told(declared or zh, en)


@cache
def _declared() -> dict[str, dict[str, str]]:
    with resource("translations", "declared.toml").open("rb") as file:
        return tomllib.load(file)


def declared(what: str, chinese: str) -> str:
    """A "section" or "state", which declarations say in Chinese alone; as it is where nobody knows better."""
    return told(chinese, _declared()[what].get(chinese))
