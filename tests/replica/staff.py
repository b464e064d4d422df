"""Posts and officers as a district has them, for tests of who sits at a desk; their hashes are cheap ones."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
from nacl.pwhash import argon2id

from baiyun_desktop.registry.officer import OWN_BY, OWN_FIELDS
from sync.act import Change, Op
from sync.district.rights import Reserved
from tests.replica.offices import BAOSHAN, Office, Town

POST = "a" * 32
FIRST, CHOSEN = "first-pass-77", "chosen by herself 7"
RESERVED = {"post": Reserved(), "officer": Reserved(OWN_BY, OWN_FIELDS)}


@cache
def cheap(password: str) -> str:
    """A hash that costs a test nothing; a desk takes it like any other."""
    made = argon2id.str(password.encode(), opslimit=1, memlimit=8192)
    return bytes(made).rstrip(b"\0").decode()


def post(town: Town, name: str, record: str = POST, role: str | None = None) -> None:
    values = {"area": BAOSHAN, "name": name, "organisation": BAOSHAN, "role": role, "grants": [BAOSHAN]}
    town.district.write([Change("post", record, Op.CREATE, {n: v for n, v in values.items() if v})], "设岗")


def officer(town: Town, record: str, name: str, login: str, **more: Any) -> str:
    """An officer of the post with the first password; returns his id."""
    values = {"areas": [BAOSHAN], "name": name, "login": login, "posts": [POST], "state": "active"}
    values |= {"password": cheap(FIRST), "must_change": False, **more}
    town.district.write([Change("officer", record, Op.CREATE, values)], "登记")
    return record


def edit(town: Town, kind: str, record: str, **values: Any) -> None:
    town.district.write([Change(kind, record, Op.FIELDS, values)], "修改")


def with_token(office: Office) -> Office:
    """The desk as enrolment leaves it, with a token that the district knows the digest of."""
    office.replica.enrol(msgspec.structs.replace(office.replica.identity, token="t" * 22))
    return office
