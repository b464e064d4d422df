"""Gets a file key back from the district when a PC's own wrapping is dead: a request, an administrator, one answer.

The request holds the key as it was sealed to the district, and a public key made for this one request. The answer is
sealed to that public key, so it opens on the PC that asked and once: its private half goes when the answer was used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from baiyun_desktop.keys.atomic import destroy, write_whole
from baiyun_desktop.keys.errors import Declined, KeysDamaged, NotRecoverable, NotTheAnswer
from baiyun_desktop.keys.keyfile import KeyFile
from baiyun_desktop.keys.spelled import read, spell
from baiyun_desktop.keys.wraps import KEY_BYTES, Local, id_of, new_key, open_escrow, unwrap, wrap_here
from sync.errors import Damaged
from sync.seal import open_sealed, public_of, seal

REQUEST, ANSWER = "BYQ1", "BYA1"
"""What the texts begin with: kind and version."""
_NUMBER_BYTES = 5
_DIGEST_BYTES = 16


class Asking(msgspec.Struct, frozen=True):
    """What a PC keeps while it waits for an answer. `once` is the request's private key, wrapped like any key here."""

    request: str
    once: Local


@dataclass(frozen=True, slots=True)
class Recovery:
    """What the district's administrator has in hand: whose keys, the request's number to compare, and the answer."""

    replica: str
    number: str
    answer: str


# --- on the desk ----------------------------------------------------------------------------------------------------


def ask(keys: KeyFile, asking: Path, passphrase: str) -> str:
    """Makes a request and keeps in the file `asking` what its answer will need; an earlier request is void then.

    The passphrase, or without one the system's key store, is what will wrap the key from now on.
    Raises NotRecoverable where the district holds no wrapping of this desk's key, NoKeyStore.
    """
    district = keys.keys[-1].district
    if district is None:
        raise NotRecoverable("本机从未与区里同步过，区里没有可找回的密钥；请从有密钥的备份恢复")
    once = new_key()
    request = spell(REQUEST, public_of(once) + district.sealed)
    kept = Asking(request, wrap_here(once, keys.replica, "asking", passphrase))
    write_whole(asking, msgspec.json.encode(kept))
    return request


def asked(asking: Path) -> str | None:
    """The request that waits for its answer, to be shown again after a restart."""
    return _load(asking).request if asking.exists() else None


def take(keys: KeyFile, asking: Path, answer: str, passphrase: str) -> list[bytes]:
    """The file keys that an answer brings, the newest first. The passphrase is the one given to `ask`.

    Raises Misread, NotTheAnswer, WrongPassphrase, KeyLost; the request then stays open for the right answer.
    """
    kept = _load(asking)
    body = read(ANSWER, answer, "答复")
    digest = _digest(kept.request)
    if body[:_NUMBER_BYTES] != digest[:_NUMBER_BYTES]:
        raise NotTheAnswer(f"这份答复是给另一份申请的；本机申请的编号是 {number_of(kept.request)}，请核对")
    once = unwrap(kept.once, keys.replica, "asking", passphrase)
    try:
        content = open_sealed(once, body[_NUMBER_BYTES:])
    except Damaged as error:
        raise NotTheAnswer("这份答复打不开，可能不是本区管理员做出的，请重新申请") from error
    bound, found = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
    known = {entry.id for entry in keys.keys}
    split = [found[i : i + KEY_BYTES] for i in range(0, len(found), KEY_BYTES)]
    ours = [key for key in split if len(key) == KEY_BYTES and id_of(key) in known]
    if bound != digest or not ours:
        raise NotTheAnswer("这份答复里没有本机的密钥，请重新申请")
    return ours


def taken(asking: Path) -> None:
    """Closes the request: its answer opens nothing any more."""
    destroy(asking)


def number_of(request: str) -> str:
    """A request's number, which both sides read to each other before an answer is given."""
    text = spell("", _digest(request)[:_NUMBER_BYTES]).removeprefix(":").replace("-", "")
    return f"{text[:4]}-{text[4:8]}"


def _load(asking: Path) -> Asking:
    try:
        return msgspec.json.decode(asking.read_bytes(), type=Asking)
    except FileNotFoundError as error:
        raise NotTheAnswer("本机没有等待答复的申请，请先做一份申请") from error
    except msgspec.MsgspecError as error:
        raise KeysDamaged("本机的找回申请已损坏，请重新申请") from error


# --- at the district ------------------------------------------------------------------------------------------------


def answer_request(private: bytes, request: str) -> Recovery:
    """Opens a desk's request with the district's private key and seals the keys to the desk that asked.

    Raises Misread, and NotRecoverable where the request was sealed to another district's key. Whoever calls this has
    made sure who asks: see `recover`.
    """
    body = _digestible(request)
    once, sealed = body[:KEY_BYTES], body[KEY_BYTES:]
    try:
        escrow = open_escrow(private, sealed)
        digest = _digest(request)
        answer = seal(once, digest + b"".join(escrow.keys))
    except (Damaged, ValueError) as error:  # also a public key that is no point to seal to
        raise NotRecoverable("这份申请不是向本区做的，或区里的私钥已经更换；请核对，或换用旧的私钥") from error
    return Recovery(escrow.replica, number_of(request), spell(ANSWER, digest[:_NUMBER_BYTES] + answer))


def recover(
    private: bytes,
    request: str,
    desk_of: Callable[[str], str | None],
    agreed: Callable[[str], bool],
    write_down: Callable[[Recovery, str], None],
) -> str:
    """The district's `recover` command: the answer to give back, after all who must agree have agreed.

    `desk_of` names the post of a replica, or None where it is not this district's or is revoked; `agreed` shows the
    administrator a question and returns whether he says yes; `write_down` puts (recovery, post) into the audit log
    before the answer exists for anybody. Raises Misread, NotRecoverable, Declined.
    """
    found = answer_request(private, request)
    post = desk_of(found.replica)
    if post is None:
        raise Declined("申请找回密钥的电脑不在本区登记，或已被停用；没有给出答复")
    question = f"{post} 申请找回密钥，编号 {found.number}。请先打电话给该岗位核对编号和申请人。给出答复吗？"
    if not agreed(question):
        raise Declined("没有给出答复")
    write_down(found, post)
    return found.answer


def _digestible(request: str) -> bytes:
    return read(REQUEST, request, "找回密钥的申请")


def _digest(request: str) -> bytes:
    """Of what a request says, however its text was broken into lines."""
    return hashlib.sha256(b"baiyun recovery/" + _digestible(request)).digest()[:_DIGEST_BYTES]
