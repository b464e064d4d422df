"""Answers a desk that asks for a person outside its areas: by an exact number, seldom, minimally, and noted."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from sqlalchemy import Connection, select

from baiyun_desktop.kernel.audit import AUDIT_AREA, BOOK, ENTRY, Doing, own_area, sealed
from baiyun_desktop.kernel.mask import Mask, masked
from baiyun_desktop.registry import citizen_id, phone
from baiyun_desktop.registry.lookup import LINK, LINK_DAYS
from baiyun_desktop.registry.sameness import SAME_PERSON
from baiyun_desktop.replica.lookup import BY_ID, BY_PHONE, LOOKUP_PATH, LookedUp, Question
from baiyun_desktop.replica.numbers import CHINA
from sync.act import Change, Op
from sync.district.app import Beside
from sync.district.scope import covered, decode_payload
from sync.district.service import Service, TooManyGuesses
from sync.district.sight import split
from sync.district.tables import DESK, HEAD, KEY
from sync.district.tokens import UnknownToken
from sync.errors import Damaged, Refused

from .assembly import Assembly
from .audit_books import open_book

PER_HOUR_MAX = 20
"""Look-ups of one desk in an hour and a process: a counter serves fewer strangers than that, a curious one asks more."""
HOUR_S = 3_600.0
PEOPLE_MAX = 5
BODY_BYTES_MAX = 4_096
PERSON = "person"


class TooOften(TooManyGuesses):
    """One desk asks more than any counter has people before it."""


@dataclass
class LookUps:
    """One process's look-ups, with a book of their own: what was asked is noted here as it is on the desk."""

    assembly: Assembly
    _asked: dict[str, deque[float]] = field(default_factory=dict)
    _one: threading.Lock = field(default_factory=threading.Lock)
    _book: str = ""
    _last: dict[str, Any] | None = None
    _ended: date | None = None

    def answer(self, replica: str, question: Question) -> LookedUp:
        """Notes who asks, then looks. Raises Refused where the question is none, TooOften where it is one too many."""
        number = _exact(question)
        if not question.reason.strip() or not question.officer.strip():
            raise Refused("查询要写明事由和查询人")
        self._count(replica)
        with self._one:
            with self.assembly.snapshot() as conn:
                people = self._found(conn, question.by, number)
            self._note(replica, question, [record for record, _ in people])
            self._end_old_links()
            for record, row in people:
                self._link(replica, question, record, row)
        if not people:
            return LookedUp(found=0)
        names = self.assembly.organisations()
        centres = dict.fromkeys(str(names.get(str(row.get("area")), {}).get("name") or "") for _, row in people)
        record, first = people[0]
        name = masked(Mask.NAME, str(first.get("name") or ""))
        return LookedUp(found=len(people), centre="、".join(c for c in centres if c), name=name, person=record)

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

    def _note(self, replica: str, question: Question, people: list[str]) -> None:
        """In the district's own book, before anything is answered. The number itself stands nowhere."""
        district, now = self.assembly.district, self.assembly.clock.now_ms()
        if not self._book:
            self._book = self.assembly.ids.new()
            district.write(
                [Change(BOOK, self._book, Op.CREATE, {"area": AUDIT_AREA, "post": "区服务器"})], "开设审计簿"
            )
        with self.assembly.snapshot() as conn:
            post = conn.execute(select(DESK.c.post).where(DESK.c.replica == replica)).scalar_one()
        entry = {
            "book": self._book, "at": now, "when": f"{_day_time(now):%Y-%m-%d %H:%M:%S}", "who": question.officer,
            "post": post, "what": Doing.LOOK_UP.value, "kind": PERSON, "record": " ".join(people) or None,
            "fields": question.by, "reason": question.reason.strip(), "device": replica,
        }  # fmt: skip
        values = sealed({n: v for n, v in entry.items() if v}, self._last)
        said = {n: v for n, v in values.items() if v is not None}
        district.write([Change(ENTRY, self.assembly.ids.new(), Op.CREATE, said)], "审计")
        self._last = values

    def _link(self, replica: str, question: Question, record: str, row: dict[str, Any]) -> None:
        """Shows the person to the desk in the party's view, unless it holds the record or has such a link already."""
        district, today = self.assembly.district, _day_time(self.assembly.clock.now_ms()).date()
        open_book(district, replica)
        with self.assembly.snapshot() as conn:
            areas = conn.execute(
                select(HEAD.c.areas).where(HEAD.c.collection == PERSON, HEAD.c.record == record)
            ).scalar_one()
            grants = conn.execute(select(DESK.c.grants).where(DESK.c.replica == replica)).scalar_one()
            tree = self.assembly.scope.tree(conn)
        cover = covered(tree, msgspec.json.decode(grants, type=list[str]), district.schema)
        if cover.touches(split(areas)):
            return
        values = {
            "area": self.assembly.settings.district, "person": record, "desk_area": own_area(replica),
            "asked_by": question.officer, "reason": question.reason.strip(), "made_on": today.isoformat(),
            "until": (today + timedelta(days=LINK_DAYS)).isoformat(),
        }  # fmt: skip
        district.write([Change(LINK, self.assembly.ids.new(), Op.CREATE, values)], "跨范围查询")

    def _end_old_links(self) -> None:
        """Once a day: links that are over show nobody any more."""
        today = _day_time(self.assembly.clock.now_ms()).date()
        if self._ended == today:
            return
        with self.assembly.snapshot() as conn:
            heads = select(HEAD.c.record, HEAD.c.payload).where(HEAD.c.collection == LINK, HEAD.c.voided.is_(False))
            rows = [(r.record, decode_payload(r.payload)) for r in conn.execute(heads)]
        for record, row in rows:
            if not row.get("ended_on") and str(row.get("until") or "") < today.isoformat():
                self.assembly.district.write(
                    [Change(LINK, record, Op.FIELDS, {"ended_on": today.isoformat()})], "关联到期"
                )
        self._ended = today


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
