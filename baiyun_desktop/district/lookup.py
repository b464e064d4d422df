"""Answers a desk that asks for a person outside its areas: by an exact number, seldom, minimally, and noted."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from sqlalchemy import Connection, select

from baiyun_desktop.kernel.audit import AUDIT_AREA, ENTRY, Doing, Link, link_of, sealed
from baiyun_desktop.kernel.mask import Mask, masked
from baiyun_desktop.kernel.role import role_named
from baiyun_desktop.registry import citizen_id, phone
from baiyun_desktop.registry.lookup import may_look_up
from baiyun_desktop.registry.post import named
from baiyun_desktop.registry.sameness import SAME_PERSON
from baiyun_desktop.replica.lookup import BY_ID, BY_PHONE, LOOKUP_PATH, LookedUp, Question
from baiyun_desktop.replica.numbers import CHINA
from sync.act import Change, Op
from sync.district.app import Beside
from sync.district.scope import decode_payload
from sync.district.service import Service, TooManyGuesses
from sync.district.tables import DESK, HEAD, KEY
from sync.district.tokens import UnknownToken
from sync.errors import Damaged, Refused

from .assembly import Assembly
from .party_links import PERSON, PartyLinks
from .standing import POST, records

PER_HOUR_MAX = 20
"""Look-ups of one desk in an hour and a process: a counter serves fewer strangers than that, a curious one asks more."""
HOUR_S = 3_600.0
PEOPLE_MAX = 5
BODY_BYTES_MAX = 4_096


class TooOften(TooManyGuesses):
    """One desk asks more than any counter has people before it."""


@dataclass
class LookUps:
    """One process's look-ups, with a chain of their own: what was asked is noted here as it is on the desk."""

    assembly: Assembly
    _asked: dict[str, deque[float]] = field(default_factory=dict)
    _one: threading.Lock = field(default_factory=threading.Lock)
    _chain: str = ""
    _last: Link = field(default_factory=Link)

    def __post_init__(self) -> None:
        self._links = PartyLinks(self.assembly)

    def answer(self, replica: str, question: Question) -> LookedUp:
        """Notes who asks, then looks. Raises Refused where the question is none, TooOften where it is one too many."""
        number = _exact(question)
        if not question.reason.strip() or not question.officer.strip():
            raise Refused("查询要写明事由和查询人")
        post = self._post(replica)
        self._count(replica)
        today = _day_time(self.assembly.clock.now_ms()).date()
        with self._one:
            with self.assembly.snapshot() as conn:
                people = self._found(conn, question.by, number)
            self._note(replica, post, question, [record for record, _ in people])
            self._links.end_old(today)
            for record, _ in people:
                self._links.show(replica, record, question.officer, question.reason.strip(), today)
        if not people:
            return LookedUp(found=0)
        names = self.assembly.organisations()
        centres = dict.fromkeys(str(names.get(str(row.get("area")), {}).get("name") or "") for _, row in people)
        record, first = people[0]
        name = masked(Mask.NAME, str(first.get("name") or ""))
        return LookedUp(found=len(people), centre="、".join(c for c in centres if c), name=name, person=record)

    def _post(self, replica: str) -> str:
        """The desk's post. Raises Refused where it may not look anybody up."""
        with self.assembly.snapshot() as conn:
            desk = conn.execute(select(DESK.c.post, DESK.c.revoked_at).where(DESK.c.replica == replica)).one_or_none()
        if desk is None or desk.revoked_at is not None:
            raise Refused("本机的登记已被撤销，请联系管理员")
        row = named(list(records(self.assembly, POST).values()), desk.post)
        role = role_named(row.get("role")) if row is not None else None
        if role is not None and not may_look_up(role):
            raise Refused(f"{role.value}不办理人员登记，不能跨范围查询；确需查询的，请由社区或流动人口中心办理")
        return str(desk.post)

    def _count(self, replica: str) -> None:
        now, asked = self.assembly.clock.monotonic(), self._asked.setdefault(replica, deque())
        while asked and asked[0] < now - HOUR_S:
            asked.popleft()
        if len(asked) >= PER_HOUR_MAX:
            raise TooOften(f"本岗位一小时内已查询{PER_HOUR_MAX}次，请稍后再查")
        asked.append(now)

    def _found(self, conn: Connection, by: str, number: str) -> list[tuple[str, dict[str, Any]]]:
        """People with exactly this number, the earliest first."""
        keys = select(KEY.c.record).where(KEY.c.rule == SAME_PERSON.name)
        if by == BY_ID:
            keys = keys.where(KEY.c.key == f"id:{citizen_id.parse(number).match18 or number}")
        else:
            keys = keys.where(KEY.c.key.like(f"phone:%|{number}"))
        heads = select(HEAD.c.record, HEAD.c.payload).where(
            HEAD.c.collection == PERSON, HEAD.c.voided.is_(False), HEAD.c.record.in_(keys)
        )
        rows = [(r.record, decode_payload(r.payload)) for r in conn.execute(heads.order_by(HEAD.c.created))]
        return [(record, row) for record, row in rows if _is(row, by, number)][:PEOPLE_MAX]

    def _note(self, replica: str, post: str, question: Question, people: list[str]) -> None:
        """In the district's own chain, before anything is answered. The number itself stands nowhere."""
        district, now = self.assembly.district, self.assembly.clock.now_ms()
        self._chain = self._chain or self.assembly.ids.new()
        entry = {
            "area": AUDIT_AREA, "desk": self._chain, "at": now, "when": f"{_day_time(now):%Y-%m-%d %H:%M:%S}",
            "who": question.officer, "post": post, "what": Doing.LOOK_UP.value, "kind": PERSON,
            "record": " ".join(people) or None, "fields": question.by, "reason": question.reason.strip(),
            "device": replica,
        }  # fmt: skip
        values = sealed({n: v for n, v in entry.items() if v}, self._last)
        said = {n: v for n, v in values.items() if v is not None}
        district.write([Change(ENTRY, self.assembly.ids.new(), Op.CREATE, said)], "审计")
        self._last = link_of(values)


def with_look_ups(served: Beside, assembly: Assembly, service: Service) -> Beside:
    """What is served beside the protocol, and look-ups."""
    return replace(served, handlers=[*served.handlers, lookup_handler(service, LookUps(assembly))])


def lookup_handler(service: Service, look_ups: LookUps) -> HTTPRouteHandler:
    """The endpoint, for the application that serves the desks."""

    @post(LOOKUP_PATH, status_code=200, media_type="application/json", summary="Look a person up by an exact number")
    async def look_up(request: Request[Any, Any, State]) -> Response[bytes]:
        replica = await service.replica(_token(request))
        body = await request.body()
        try:
            if len(body) > BODY_BYTES_MAX:
                raise Damaged("查询内容太长")
            question = msgspec.json.decode(body, type=Question)
        except msgspec.DecodeError as error:
            raise Damaged("查询内容不完整") from error
        answer = await service.work(look_ups.answer, replica, question)
        return Response(msgspec.json.encode(answer), media_type="application/json")

    return look_up


def _token(request: Request[Any, Any, State]) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise UnknownToken
    return token


def _exact(question: Question) -> str:
    """The whole number as it is stored; raises Refused for a part of one."""
    if question.by == BY_ID:
        number = citizen_id.parse(question.value)
        if number.checked and number.normal:
            return number.normal
    if question.by == BY_PHONE:
        line = phone.digits(question.value)
        if len(line) == 11:
            return line
    raise Refused("请输入完整的身份证号或手机号")


def _is(row: dict[str, Any], by: str, number: str) -> bool:
    if by == BY_ID:
        return citizen_id.parse(row.get("id_no")).match18 == citizen_id.parse(number).match18
    return number in {phone.digits(row.get("phone")), phone.digits(row.get("phone2"))}


def _day_time(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, CHINA)
