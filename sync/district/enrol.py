"""How a desk becomes one of the district's: an administrator's one-time code, used once, answered as often as asked."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import msgspec
from sqlalchemy import BigInteger, Column, Connection, Engine, Table, Text, insert, select, update

from sync.enrolment import Code, Enrolment, EnrolRequest, fingerprint, token_for
from sync.errors import Refused
from sync.outside import Clock, Ids

from . import numbers, tokens
from .lines import begin_line
from .tables import DESK, METADATA

CODE_LIFE = timedelta(days=7)
"""Long enough to carry a note to an office, short enough that a lost note opens nothing."""
_SCRYPT = {"n": 2**14, "r": 8, "p": 1}
_NONCE_CHARS = 22

CODE = Table(
    "enrolment_code",
    METADATA,
    Column("code_hash", Text, primary_key=True),
    Column("post", Text, nullable=False),
    Column("officer", Text, nullable=False),
    Column("areas", Text, nullable=False),  # JSON list of area keys
    Column("unit", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger, nullable=True),
    Column("nonce_hash", Text, nullable=True),
    Column("machine", Text, nullable=True),
    Column("replica", Text, nullable=True),
    Column("answer", Text, nullable=True),  # the Enrolment as JSON, its token left out
)


@dataclass(frozen=True, slots=True)
class Place:
    """What a code enrols a desk for. `unit` is the short name that its numbers carry."""

    post: str
    officer: str
    areas: tuple[str, ...]
    unit: str = ""


class Enroller:
    """Makes codes, and turns a code into a desk. `random` gives that many random bytes."""

    def __init__(
        self,
        engine: Engine,
        ca_pem: str,
        clock: Clock,
        ids: Ids,
        random: Callable[[int], bytes],
        *,
        url: str = "",
        series: Sequence[numbers.Series] = (),
    ) -> None:
        self._engine = engine
        self._ca_pem = ca_pem
        self._clock = clock
        self._ids = ids
        self._random = random
        self._url = url
        self._series = series

    def new_code(self, place: Place, life: timedelta = CODE_LIFE) -> Code:
        """A code for one desk at this place; only its hash is kept, so it is shown now or never."""
        code = Code.fresh(self._random(32), self._ca_pem)
        now = self._clock.now_ms()
        row = {
            "code_hash": self._code_hash(code.secret),
            "post": place.post,
            "officer": place.officer,
            "areas": json.dumps(place.areas),
            "unit": place.unit,
            "made_at": now,
            "expires_at": now + int(life.total_seconds() * 1000),
        }
        with self._engine.begin() as conn:
            conn.execute(insert(CODE).values(row))
        return code

    def enrol(self, request: EnrolRequest) -> Enrolment:
        """The desk's place. The same code with the same nonce gives the same answer, also after the code's end.

        Raises Refused where the code is unknown, has ended, was used by another desk, or the desk was revoked.
        """
        if len(request.nonce) != _NONCE_CHARS:
            raise Refused("注册请求不完整")
        code_hash = self._code_hash(request.code)
        nonce_hash = tokens.token_hash(request.nonce)
        with self._engine.begin() as conn:
            row = conn.execute(select(CODE).where(CODE.c.code_hash == code_hash).with_for_update()).one_or_none()
            if row is None:
                raise Refused("注册码无效，请核对或向管理员另要一个")
            if row.used_at is None:
                if self._clock.now_ms() > row.expires_at:
                    raise Refused("注册码已过期，请向管理员另要一个")
                place = Place(row.post, row.officer, tuple(json.loads(row.areas)), row.unit)
                answer = self._admit(conn, place, request)
                _mark_used(conn, code_hash, nonce_hash, answer, request.machine, self._clock.now_ms())
                return answer
            if not hmac.compare_digest(row.nonce_hash, nonce_hash):
                raise Refused("注册码已在另一台电脑上用过；若不是您本人所用，请立即告知管理员")
            token = token_for(request.code, request.nonce)
            tokens.check_standing(conn, tokens.replica_of(conn, token))
            return msgspec.structs.replace(msgspec.json.decode(row.answer, type=Enrolment), token=token)

    def _admit(self, conn: Connection, place: Place, request: EnrolRequest) -> Enrolment:
        replica, epoch, now = self._ids.new(), 1, self._clock.now_ms()
        token = token_for(request.code, request.nonce)
        row = {
            "replica": replica,
            "epoch": epoch,
            "token_hash": tokens.token_hash(token),
            "post": place.post,
            "officer": place.officer,
            "grants": json.dumps(place.areas),
            "enrolled_at": now,
        }
        conn.execute(insert(DESK).values(row))
        begin_line(conn, replica, epoch)
        blocks = numbers.give_blocks(conn, self._series, unit=place.unit, replica=replica, epoch=epoch, now_ms=now)
        areas = list(place.areas)
        return Enrolment(replica, epoch, token, place.post, place.officer, areas, blocks, self._url, self._ca_pem)

    def _code_hash(self, secret: str) -> str:
        """Slow on purpose: a code has 50 bits, and a copy of the database must not give it away within its life."""
        return hashlib.scrypt(secret.encode(), salt=fingerprint(self._ca_pem), dklen=16, **_SCRYPT).hex()


def unit_of(conn: Connection, replica: str) -> str | None:
    """The short name that a desk's numbers carry, as its code said; None for one that came without a code."""
    found: str | None = conn.execute(select(CODE.c.unit).where(CODE.c.replica == replica)).scalar()
    return found


def _mark_used(conn: Connection, code_hash: str, nonce_hash: str, answer: Enrolment, machine: str, now_ms: int) -> None:
    kept = msgspec.json.encode(msgspec.structs.replace(answer, token="")).decode()
    used = {"used_at": now_ms, "nonce_hash": nonce_hash, "machine": machine[:80]}
    change = update(CODE).where(CODE.c.code_hash == code_hash)
    conn.execute(change.values(**used, replica=answer.replica, answer=kept))
