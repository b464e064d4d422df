"""Says a condition of a list in plain words, and what a field may be asked for: its codes, its states, yes and no."""

from __future__ import annotations

from baiyun_desktop.kernel.field import FieldInfo
from baiyun_desktop.kernel.merging import Kind
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.replica.narrowing import How, Narrow
from baiyun_desktop.ui.words import language, say

_OF_NUMBERS = {How.FROM: "at_least", How.UNTIL: "at_most"}


def way_words(info: FieldInfo, how: How) -> str:
    """How a field is compared, as it is chosen from a list."""
    name = _OF_NUMBERS.get(how, how.value) if info.kind is Kind.INT else how.value
    return say(f"narrow.{name}")


def narrow_words(program: Program, kind: str, path: str, info: FieldInfo, narrow: Narrow) -> str:
    """One condition: “登记日期 近30天”, “性别 是 女”."""
    labels = dict(choices(program, kind, path, info))
    kept = [str(int(value)) if isinstance(value, bool) else str(value) for value in narrow.values]
    values = "、".join(labels.get(value, value) for value in kept)
    name = _OF_NUMBERS.get(narrow.how, narrow.how.value) if info.kind is Kind.INT else narrow.how.value
    return say(f"narrow.{name}_said", field=info.label_in(language()), values=values)


def choices(program: Program, kind: str, path: str, info: FieldInfo) -> list[tuple[str, str]]:
    """(as it is kept, in words) of what the field may be, where that is chosen from a few."""
    if info.codes is not None:
        return [(code.code, _label(code.label, code.en)) for code in program.codes(info.codes).offered()]
    if info.kind is Kind.BOOL:
        return [("1", say("narrow.yes")), ("0", say("narrow.no"))]
    if info.derived == "movements":
        holder = program.kind(kind).field(path.partition(".")[0]).ref if "." in path else kind
        procedure = program.procedure(holder or "")
        if procedure is not None:
            return [(state.name, procedure.label(state.name)) for state in procedure.states]
    return []


def values_of(info: FieldInfo, chosen: list[str]) -> tuple[str | int | bool, ...]:
    """What was chosen, as it is stored."""
    if info.kind is Kind.BOOL:
        return tuple(one == "1" for one in chosen)
    return tuple(chosen)


def _label(zh: str, en: str) -> str:
    return en if language() == "en" and en else zh
