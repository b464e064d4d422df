"""Papers and ledgers whose boxes and columns name fields, so that what to load and say follows from the records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from baiyun_desktop.kernel.loaded import Loaded
from baiyun_desktop.kernel.paper import Block, Grid, Look, PaperSpec, Prose, Signatures, placeholders

More = Callable[[Loaded], Mapping[str, Any]]
"""What no field says by itself: lists of lines, and values that follow from several fields."""


def paper_of(
    kind: str,
    name: str,
    title: str,
    blocks: tuple[Block, ...],
    *,
    more: More | None = None,
    needs: Iterable[str] = (),
    look: Look = Look.FORM,
    masked: bool = True,
    pattern: str = "",
    numbered: bool = True,
    version: int = 1,
) -> PaperSpec:
    """A paper of one kind of record. A key of its blocks that is a field's path ("person.name") says that field.

    `needs` are those of `more`; what the paths need is found.
    """
    keys = keys_in(blocks)
    return PaperSpec(
        name=name, title=title, blocks=blocks, version=version, look=look, masked=masked, kind=kind, pattern=pattern,
        numbered=numbered,
        facts=facts_of(keys, more), needs=needs_of(keys, needs),
    )  # fmt: skip


def keys_in(blocks: Sequence[Block]) -> tuple[str, ...]:
    """The keys of a paper's blocks that one value stands behind, each once."""
    found: list[str] = []
    for block in blocks:
        if isinstance(block, Grid):
            found += [cell.key for row in block.rows for cell in row]
        elif isinstance(block, Prose):
            found += placeholders(block.text)
        elif isinstance(block, Signatures):
            found += [box.key for box in block.boxes if box.key]
    return tuple(dict.fromkeys(found))


def facts_of(keys: Iterable[str], more: More | None = None) -> Callable[[Loaded], dict[str, Any]]:
    """The plain values of the keys that are fields, and over them what `more` says."""
    named = tuple(keys)

    def facts(loaded: Loaded) -> dict[str, Any]:
        said = {key: loaded.said(key) for key in named if loaded.knows(key)}
        return {**said, **(more(loaded) if more is not None else {})}

    return facts


def needs_of(keys: Iterable[str], further: Iterable[str] = ()) -> tuple[str, ...]:
    """The references that the paths among the keys go over, and those named besides."""
    links = [key.rpartition(".")[0] for key in keys if "." in key]
    return tuple(dict.fromkeys([*links, *further]))
