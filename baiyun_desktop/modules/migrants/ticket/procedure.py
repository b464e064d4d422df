"""How a matter goes over the counter: taken in, completed once, done or handed on, delivered, rated and filed."""

from __future__ import annotations

from enum import Enum

from baiyun_desktop.kernel.deadline import Deadline, Span, Unit
from baiyun_desktop.kernel.minutes import Minutes
from baiyun_desktop.kernel.procedure import Procedure
from baiyun_desktop.kernel.step import Step
from baiyun_desktop.kernel.supervision import supervising
from baiyun_desktop.modules.migrants.people import COUNTER
from baiyun_desktop.modules.migrants.ticket import rules
from baiyun_desktop.modules.migrants.ticket.records import ServiceTicket


class S(Enum):
    """States of a ticket."""

    TAKEN = "取号"
    ACCEPTED = "受理"
    TO_COMPLETE = "待补"
    GOING = "办理中"
    FORWARDED = "已转部门"
    DONE = "办结"
    DELIVERED = "送达"
    RATED = "已评价"
    FILED = "归档"
    RETURNED = "退件"


UNDER_WAY = (S.GOING, S.FORWARDED)
_MATERIALS = ("item", "item.service_material")
_PLACED = ("forwarded_org", "forwarded_phone")
_FIRST_HELP = ("受理", "一次性告知")

PROMISE = Deadline(
    "ST-PROM", "承诺办结", Span(0, Unit.DAYS), after="promised_on", until="done_on", runs=UNDER_WAY, rolls=False,
    en="Promised for",
)  # fmt: skip
"""The office's own word to whoever came: the day that was named is the last one, and a later one is explained."""

TICKET = Procedure(
    ServiceTicket,
    S,
    (
        Step("受理", S.TAKEN, S.ACCEPTED, by=COUNTER, needs=("person", "item"), when=rules.item_in_force,
             advises=(rules.what_it_takes,), loads=_MATERIALS, sets=("accepted_on",), number="ticket",
             writes="ticket_receipt", en="Accept"),
        Step("当场办结", S.ACCEPTED, S.DONE, by=COUNTER, when=(rules.done_at_this_counter, rules.first_asked_places_it),
             loads=("item",), ask=("result", "result_note", *_PLACED), sets=("done_on",), en="Done on the spot"),
        Step("办理", S.ACCEPTED, S.GOING, by=COUNTER, ask=("promised_on",), en="Work on it"),
        Step("转部门", (S.ACCEPTED, S.GOING), S.FORWARDED, by=COUNTER, needs=_PLACED, ask=_PLACED,
             sets=("forwarded_on",), writes="ticket_forward", en="Hand on"),
        Step("一次性告知", (S.TAKEN, S.ACCEPTED), S.TO_COMPLETE, by=COUNTER, needs=("item",),
             when=(rules.not_told_before, rules.something_is_missing), advises=(rules.what_it_takes,),
             loads=_MATERIALS, ask=("missing",), sets=("told_on",), number="ticket", writes="ticket_notice",
             en="Say what is missing"),
        Step("补齐", S.TO_COMPLETE, S.ACCEPTED, by=COUNTER, needs=("person",), when=rules.all_handed_in,
             ask=("handed_in",), sets=("accepted_on",), en="Complete"),
        Step("办结", UNDER_WAY, S.DONE, by=COUNTER, when=(rules.done_after_acceptance, rules.first_asked_places_it),
             ask=("result", "result_note", *_PLACED), sets=("done_on",), en="Done"),
        Step("送达", S.DONE, S.DELIVERED, by=COUNTER, sets=("delivered_on",), en="Deliver"),
        Step("评价", S.DELIVERED, S.RATED, by=COUNTER, ask=("satisfaction", "comment"), en="Rate"),
        Step("归档", (S.DELIVERED, S.RATED), S.FILED, by=COUNTER, sets=("filed_on",), en="File"),
        Step("退件", (S.TAKEN, S.ACCEPTED, S.TO_COMPLETE, *UNDER_WAY), S.RETURNED, by=COUNTER,
             when=rules.first_asked_places_it, ask=("return_reason", *_PLACED), sets=("returned_on",), en="Return"),
        *supervising(*UNDER_WAY, writes="ticket_supervision"),
    ),
    initial=S.TAKEN,
    deadlines=(PROMISE,),
    minutes={"wait_min": Minutes(_FIRST_HELP), "work_min": Minutes(("当场办结", "办结"), _FIRST_HELP)},
)  # fmt: skip
