"""What a post's role may see whole or take out of the program, said in words: the replica asks here before it hands it out."""

from __future__ import annotations

from baiyun_desktop.kernel.audit import Doing
from baiyun_desktop.kernel.role import Role, may_export, may_keep, may_reveal

TAKES_NOTHING_OUT = "本岗位的职责不能导出名单"
SEES_NO_NUMBERS = "本岗位的职责不看完整号码"
KEEPS_NO_FILES = "本岗位的职责不能把文书存成文件，请打印"
KEEPS_MASKED = "本岗位的职责只能把遮盖号码的文书存成文件；这一份写有完整号码，请打印"


def not_done(role: Role | None, what: Doing) -> str:
    """Why a post of this role does not do what an audit entry is about to say; empty where it may."""
    if what is Doing.EXPORT and not may_export(role):
        return TAKES_NOTHING_OUT
    if what in (Doing.REVEAL, Doing.CALL) and not may_reveal(role):
        return SEES_NO_NUMBERS
    return ""


def not_shown(role: Role | None, *, masked: bool) -> str:
    """Why a post of this role neither looks at such a paper nor prints it; empty where it may."""
    return "" if masked or may_reveal(role) else SEES_NO_NUMBERS


def not_kept(role: Role | None, *, masked: bool) -> str:
    """Why a post of this role keeps no such paper as a file; empty where it may."""
    if may_keep(role, masked=masked):
        return ""
    return KEEPS_MASKED if may_keep(role, masked=True) else KEEPS_NO_FILES
