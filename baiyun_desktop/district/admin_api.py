"""The three administrators' operations over HTTP: each with its duty, so that nobody does what is another one's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar

from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import Body

from baiyun_desktop.kernel.role import Duty
from baiyun_desktop.replica import admin_messages as said
from sync.district.app import SaidOperation

from . import admin_deeds as deeds
from .admin_door import ADMINISTRATOR, HANDLERS, AnyRequest, Door, Holder, errors
from .assembly import Assembly

Answer = TypeVar("Answer")
Wanted = TypeVar("Wanted")
_ANYBODY: frozenset[Duty] = frozenset()


def handlers(door: Door) -> list[HTTPRouteHandler]:
    """All of them; what reads the fleet stands in `fleet_api`."""
    here = door.assembly
    return [
        _self(door),
        *_reads(door, here),
        _post(door, said.POSTS_PATH, Duty.OFFICES, said.NewPost, said.Done, deeds.make_post, "Set a post up"),
        _post(
            door, said.ORGANISATIONS_PATH, Duty.OFFICES, said.OrganisationWanted, said.Done, deeds.put_organisation,
            "Enter an organisation, or change one",
        ),
        _post(
            door, said.CODES_PATH, Duty.DESKS, said.CodeWanted, said.CodeGiven, deeds.give_code,
            "A one-time code that enrols one desk of a post",
        ),
        _post(door, said.REVOCATIONS_PATH, Duty.DESKS, said.Revocation, said.Done, deeds.revoke, "End a desk's right"),
        _post(
            door, said.RIGHTS_PATH, Duty.RIGHTS, said.Rights, said.Done, deeds.set_rights,
            "Say which role a post has and what it may hold",
        ),
        _post(
            door, said.OFFICERS_PATH, Duty.OFFICERS, said.NewOfficer, said.Secret, deeds.make_officer,
            "Enter an officer; the answer is the first password",
        ),
        _post(door, said.HOLDINGS_PATH, Duty.OFFICERS, said.Holding, said.Done, deeds.hold, "Give an officer other posts"),
        _post(
            door, said.STATES_PATH, Duty.OFFICERS, said.NewState, said.Done, deeds.set_state,
            "Lock an officer, let him in again, or say that he has left",
        ),
        _post(
            door, said.PASSWORDS_PATH, Duty.OFFICERS, said.PasswordWanted, said.Secret, deeds.give_password,
            "A one-time code over the telephone, or a new first password",
        ),
    ]  # fmt: skip


def _self(door: Door) -> HTTPRouteHandler:
    async def answer(request: AnyRequest) -> said.Oneself:
        return await door.ask(request, _ANYBODY, lambda holder: deeds.oneself(door.assembly, holder))

    return _get(said.SELF_PATH, "Whose token this is, and what it is good for", answer)


def _reads(door: Door, here: Assembly) -> list[HTTPRouteHandler]:
    both = frozenset({Duty.OFFICES, Duty.RIGHTS})

    async def posts(request: AnyRequest) -> list[said.PostRow]:
        return await door.ask(request, both | {Duty.OFFICERS}, lambda _: deeds.list_posts(here))

    async def organisations(request: AnyRequest) -> list[said.OrganisationRow]:
        return await door.ask(request, both, lambda _: deeds.list_organisations(here))

    async def officers(request: AnyRequest) -> list[said.OfficerRow]:
        return await door.ask(request, frozenset({Duty.OFFICERS}), lambda _: deeds.list_officers(here))

    async def done(request: AnyRequest) -> list[said.DeedRow]:
        return await door.ask(request, frozenset({Duty.AUDIT}), lambda _: deeds.list_deeds(here))

    return [
        _get(said.POSTS_PATH, "The posts: where, role, what they may hold, desks, officers", posts),
        _get(said.ORGANISATIONS_PATH, "The organisations of the district", organisations),
        _get(said.OFFICERS_PATH, "The officers; nothing of their passwords", officers),
        _get(said.DEEDS_PATH, "What administrators have done, the newest first", done),
    ]


def _get(path: str, summary: str, answer: Callable[..., object]) -> HTTPRouteHandler:
    answer.__name__ = f"admin_read_{path.rpartition('/')[2]}"
    return get(
        path,
        operation_class=SaidOperation,
        security=ADMINISTRATOR,
        responses=errors(401, 403, 429, 503),
        exception_handlers=HANDLERS,
        summary=summary,
    )(answer)


def _post(
    door: Door,
    path: str,
    duty: Duty,
    wanted: type[Wanted],
    answer: type[Answer],
    task: Callable[[Assembly, Holder, Wanted], Answer],
    summary: str,
) -> HTTPRouteHandler:
    async def done(request: AnyRequest, data: object) -> object:
        return await door.ask(request, frozenset({duty}), lambda holder: task(door.assembly, holder, data))  # type: ignore[arg-type]

    # What the document and the check of the body read are the annotations, which differ from one to the next.
    done.__annotations__ |= {"data": Annotated[wanted, Body()], "return": answer}
    done.__name__ = f"admin_{task.__name__}"
    return post(
        path,
        operation_class=SaidOperation,
        status_code=200,
        security=ADMINISTRATOR,
        responses=errors(400, 401, 403, 409, 413, 429, 503),
        exception_handlers=HANDLERS,
        summary=summary,
    )(done)
