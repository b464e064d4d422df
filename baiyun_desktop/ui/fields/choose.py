"""Which editor a declaration gets; the only place that looks at a field's kind."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from baiyun_desktop.kernel.field import Asked, FieldInfo
from baiyun_desktop.kernel.mask import GUARDED
from baiyun_desktop.kernel.merging import Kind, Policy
from baiyun_desktop.ui.fields.base import Field
from baiyun_desktop.ui.fields.code import CodeField, CodesField
from baiyun_desktop.ui.fields.day import DayField
from baiyun_desktop.ui.fields.line import GuardedField, LineField, NumberField, WordsField
from baiyun_desktop.ui.fields.other import LongField, ShownField, YesField
from baiyun_desktop.ui.fields.reference import ReferenceField
from baiyun_desktop.ui.shell import Shell
from baiyun_desktop.ui.words import help_for, language


def field_for(info: FieldInfo, shell: Shell, kind: str, *, asks: bool = False) -> Field:
    """The editor of one declared field of a record kind; `asks` also for what the machine usually fills in."""
    info = _helped(kind, info, language())
    made = info.derived or info.policy is Policy.MACHINE or info.kind is Kind.INSTANT
    if made or (info.asked is Asked.AUTO and not asks):
        return ShownField(info, shell, kind)
    if info.ref is not None:
        return ReferenceField(info, shell)
    if info.codes is not None:
        return CodesField(info, shell) if info.kind is Kind.CODES else CodeField(info, shell)
    if info.long:
        return LongField(info, shell)
    if info.mask in GUARDED:
        return GuardedField(info, shell)
    if info.kind in (Kind.INT, Kind.DECIMAL):
        return NumberField(info, shell)
    simple = {Kind.DATE: DayField, Kind.BOOL: YesField, Kind.CODES: WordsField}
    return simple.get(info.kind, LineField)(info, shell)


@lru_cache(maxsize=1024)
def _helped(kind: str, info: FieldInfo, _language: str) -> FieldInfo:
    """With its help in the language in use."""
    return replace(info, help=help_for(kind, info.name, info.help))
