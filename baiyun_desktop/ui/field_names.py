"""Names the columns that a list may have, so that two of one name are told apart by whose they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from baiyun_desktop.kernel.field import FieldInfo
from baiyun_desktop.kernel.listing import ListSpec
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.ui.words import language


def field_names(program: Program, spec: ListSpec, fields: Mapping[str, FieldInfo]) -> dict[str, str]:
    """By path: “民族”, and where the list's own records have such a field too, “人员 · 状态”."""
    labels = {path: info.label_in(language()) for path, info in fields.items()}
    many = Counter(labels.values())
    kind, named = program.kind(spec.kind), {}
    for path, label in labels.items():
        through, _, rest = path.partition(".")
        named[path] = f"{kind.field(through).label_in(language())} · {label}" if rest and many[label] > 1 else label
    return named
