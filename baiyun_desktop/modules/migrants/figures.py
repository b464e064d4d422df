"""The centre's statistics (统计) and indicators: what each counts, by which day, and how it is told apart."""

from __future__ import annotations

from baiyun_desktop.kernel.figure import (
    Among,
    AnyOf,
    Clause,
    Combined,
    Edge,
    Figure,
    FigureSheet,
    Grouping,
    Holds,
    Rate,
    Whose,
    within,
)
from baiyun_desktop.kernel.listing import Condition, Test

REG, PERMIT, ENDORSE, TICKET, VISIT = "residence_reg", "residence_permit", "permit_endorse", "service_ticket", "inspect"
REG_COLUMNS = (
    "person.name",
    "person.id_no",
    "live_addr",
    "inflow_reason",
    "dwelling",
    "reg_date",
    "leave_date",
    "state",
)
PERMIT_COLUMNS = ("person.name", "person.id_no", "permit_no", "state", "issue_date", "endorse_due", "suspended_on")
YEAR_COLUMNS = ("permit.permit_no", "permit.state", "window_from", "due", "done_on", "kind")
TICKET_COLUMNS = ("queue_no", "person.name", "item.name", "item.family", "state", "accepted_on", "told_on", "done_on",
                  "result", "satisfaction")  # fmt: skip
TIMED_COLUMNS = (
    "person.name",
    "item.name",
    "item.family",
    "wait_min",
    "work_min",
    "accepted_on",
    "done_on",
    "state",
    "queue_no",
)
VISIT_COLUMNS = ("visited_on", "kind", "results", "people_found", "unregistered", "state")


def _state(*names: str) -> Among:
    return Among("state", names)


# --- registrations ----------------------------------------------------------------------------------------------------

_NO_DRAFT = Condition("state", Test.IS_NOT, "DRAFT")
_IN_FORCE = _state("ACTIVE", "TO_CHECK")
STANDING: tuple[Clause, ...] = (
    _NO_DRAFT,
    Condition("reg_date", Test.BEFORE, Edge.END),
    AnyOf((
        (_IN_FORCE,),
        (_state("ENDED"), Condition("leave_date", Test.FROM, Edge.END)),
        (_state("REPLACED"), Condition("replaced_on", Test.FROM, Edge.END)),
    )),
)  # fmt: skip
"""Registered by the end of the period, and ended or replaced by then by nobody: told by the days, for past ends too."""
_CARD = ("VALID", "TO_ENDORSE", "AT_POLICE", "MAKING", "TO_FETCH")
"""With a day of handing over: the card is in hand, or is being made anew."""
HOLDING: tuple[Clause, ...] = (
    Condition("receive_date", Test.BEFORE, Edge.END),
    AnyOf((
        (_state(*_CARD),),
        (_state("SUSPENDED"), Condition("suspended_on", Test.FROM, Edge.END)),
        (_state("CANCELLED"), Condition("cancel_date", Test.FROM, Edge.END)),
    )),
)  # fmt: skip
_ONE_EACH = ("person", "reg_date")

AREA = Grouping(
    "grid", "网格", {REG: ("area",), PERMIT: ("area",), ENDORSE: ("permit.area",), TICKET: ("area",), VISIT: ("area",)},
    en="Grid", areas=True,
)  # fmt: skip
STAYS = FigureSheet(
    "figures_stays", "登记与持证", en="Registrations and permits",
    figures=(
        Figure("registered", "登记", "登记日期在期内的居住登记，后来变更、注销的也算，草稿和作废的不算。", REG,
               (_NO_DRAFT, *within("reg_date")), REG_COLUMNS, en="Registered", unit="件"),
        Figure("ended", "注销", "离开日期在期内、已经注销的居住登记。", REG, (_state("ENDED"), *within("leave_date")),
               REG_COLUMNS, en="Ended", unit="件"),
        Figure("replaced", "转历史", "期内因换登记转为变更历史的居住登记；人还在，由新登记接着算。", REG,
               (_state("REPLACED"), *within("replaced_on")), REG_COLUMNS, en="Replaced", unit="件"),
        Combined("net", "净增", "登记减注销再减转历史，等于期末与期初在册件数之差。", ("registered",),
                 ("ended", "replaced"), en="Net", unit="件"),
        Figure("standing", "期末在册", "期末那天仍然有效的居住登记，按日期算，过去的期末也算得出。", REG, STANDING,
               REG_COLUMNS, en="Standing at end", unit="件"),
        Figure("people", "在册人数", "期末在册登记的人数；重复登记和已合并的同一人只算一次，归最近登记的一处。", REG, STANDING,
               REG_COLUMNS, en="People", unit="人", latest=_ONE_EACH),
        Figure("holders", "持证人数", "在册的人里，期末已领居住证、未注销也未中止使用功能的。", REG,
               (*STANDING, Whose("person", PERMIT, "person", HOLDING)), REG_COLUMNS, en="Permit holders", unit="人",
               latest=_ONE_EACH),
        Rate("holding", "居住证持有率", "持证人数÷在册人数。", ("holders",), ("people",), en="Permits held"),
    ),
    groupings=(
        Grouping("province", "来源省", {REG: ("from_code", "person.hukou_code")}, en="Province", digits=2, codes="PROVINCE"),
        Grouping("reason", "居住事由", {REG: ("inflow_reason",)}, en="Reason", codes="INFLOW_REASON"),
        Grouping("dwelling", "住所类型", {REG: ("dwelling",)}, en="Dwelling", codes="DWELLING"),
        AREA,
    ),
)  # fmt: skip

# --- checks at the door -----------------------------------------------------------------------------------------------

_SEEN: tuple[Clause, ...] = (
    _state("IN_ORDER", "TO_MEND", "MENDED"),
    *within("visited_on"),
    Condition("people_found", Test.GIVEN),
    AnyOf(((Condition("unregistered", Test.GIVEN),), (Holds("results", "1"),))),
)
"""Only visits that say of everybody whether he is registered: by a number, or by 情况一致."""
_LAST_SEEN = ("rental", "visited_on")
CHECKS = FigureSheet(
    "figures_checks", "登记率", en="Registration rate",
    figures=(
        Figure("visits", "走访户数", "走访日期在期内、写明实住和未登记人数（或情况一致）的走访；同一出租房屋只算最后一次。", VISIT, _SEEN,
               VISIT_COLUMNS, en="Visits", unit="户", latest=_LAST_SEEN),
        Figure("found", "核查在住", "这些走访中实际在住的人数。", VISIT, _SEEN, VISIT_COLUMNS, en="Found living there",
               unit="人", total="people_found", latest=_LAST_SEEN),
        Figure("unregistered", "未登记", "其中没有居住登记的人数。", VISIT, _SEEN, VISIT_COLUMNS, en="Not registered",
               unit="人", total="unregistered", latest=_LAST_SEEN),
        Combined("valid", "有效登记", "核查在住减未登记。", ("found",), ("unregistered",), en="Registered", unit="人"),
        Rate("registration", "登记率", "有效登记÷核查在住流动人口，按走访日期。", ("valid",), ("found",),
             en="Registration rate"),
    ),
    groupings=(AREA,),
)  # fmt: skip

# --- endorsements -----------------------------------------------------------------------------------------------------


def _fell_due(name: str) -> tuple[Clause, Clause]:
    return Condition(name, Test.FROM, Edge.START), Condition(name, Test.BEFORE, Edge.PAST)


ENDORSEMENTS = FigureSheet(
    "figures_endorsements", "签注", en="Endorsements",
    figures=(
        Figure("in_time", "到期前签注", "应签注日在期内且已经过去、到期前签注的年度。", ENDORSE,
               (Among("kind", ("1",)), *_fell_due("due")), YEAR_COLUMNS, en="In time", unit="件"),
        Figure("late", "补签注", "应签注日在期内且已经过去、逾期后补签注的年度。", ENDORSE,
               (Among("kind", ("2",)), *_fell_due("due")), YEAR_COLUMNS, en="Late", unit="件"),
        Figure("missed", "到期未签", "应签注日在期内且已经过去、至今没有签注的居住证；到期前已注销的不算。", PERMIT,
               (Condition("receive_date", Test.GIVEN), AnyOf((
                   (_state("VALID", "TO_ENDORSE"), *_fell_due("due_on")),
                   (_state("SUSPENDED", "CANCELLED", "AT_POLICE", "MAKING", "TO_FETCH"), *_fell_due("endorse_due")),
               ))), PERMIT_COLUMNS, en="Not endorsed", unit="件"),
        Combined("due", "到期", "到期前签注、补签注和到期未签之和。", ("in_time", "late", "missed"), en="Due", unit="件"),
        Rate("timely", "签注及时率", "到期前签注÷到期，按应签注日；还没到期的不算。", ("in_time",), ("due",), en="Endorsed in time"),
    ),
    groupings=(AREA,),
)  # fmt: skip

# --- the counter ------------------------------------------------------------------------------------------------------

_DONE = _state("DONE", "DELIVERED", "RATED", "FILED")
_WITHDRAWN, _TAKEN_BACK = "5", "3"
"""本人撤回: of the results, and of the reasons for a return."""
_FINISHED: tuple[Clause, ...] = (_DONE, *within("done_on"))
_NOT_WITHDRAWN = Condition("result", Test.IS_NOT, _WITHDRAWN)
_RETURNED: tuple[Clause, ...] = (_state("RETURNED"), *within("returned_on"))


def _answered(*codes: str) -> tuple[Clause, ...]:
    return *_FINISHED, Among("satisfaction", codes)


COUNTER = FigureSheet(
    "figures_counter", "窗口服务", en="Counter",
    figures=(
        Figure("accepted", "受理", "受理日期在期内的服务件。", TICKET, within("accepted_on"), TICKET_COLUMNS, en="Accepted",
               unit="件"),
        Figure("done", "办结", "办结日期在期内的服务件，本人撤回的不算。", TICKET, (*_FINISHED, _NOT_WITHDRAWN),
               TICKET_COLUMNS, en="Done", unit="件"),
        Figure("returned", "退件", "退件日期在期内的服务件，本人撤回的不算。", TICKET,
               (*_RETURNED, Condition("return_reason", Test.IS_NOT, _TAKEN_BACK)), TICKET_COLUMNS, en="Returned", unit="件"),
        Figure("withdrawn", "本人撤回", "期内办结或退件、结果或原因是本人撤回的。", TICKET,
               (AnyOf(((*_FINISHED, Condition("result", Test.IS, _WITHDRAWN)),
                       (*_RETURNED, Condition("return_reason", Test.IS, _TAKEN_BACK)))),), TICKET_COLUMNS,
               en="Withdrawn", unit="件"),
        Figure("at_once", "一次办成", "期内办结、结果为已办成，而且没有让人补过材料的。", TICKET,
               (*_FINISHED, Condition("result", Test.IS, "1"), Condition("told_on", Test.EMPTY)), TICKET_COLUMNS,
               en="Done at once", unit="件"),
        Rate("once", "一次办成率", "一次办成÷（办结＋退件），按办结、退件日期。", ("at_once",), ("done", "returned"),
             en="Done at once"),
        Figure("wait", "平均等候", "期内受理的件，从取号到受理（或一次性告知）的分钟数；只算当天录入的。", TICKET,
               within("accepted_on"), TIMED_COLUMNS, en="Wait", unit="分钟", average="wait_min"),
        Figure("work", "平均办理", "期内办结的件，从受理（或一次性告知）到办结的分钟数；只算当天受理当天办结、当天录入的。", TICKET,
               _FINISHED, TIMED_COLUMNS, en="Work", unit="分钟", average="work_min"),
        Figure("rated", "有效评价", "期内办结的件里作出评价的，未评价的不算。", TICKET, _answered("5", "4", "3", "2"),
               TICKET_COLUMNS, en="Rated", unit="件"),
        Figure("content", "满意", "其中评为很满意、满意或基本满意的。", TICKET, _answered("5", "4", "3"), TICKET_COLUMNS,
               en="Satisfied", unit="件"),
        Rate("satisfaction", "满意率", "（很满意＋满意＋基本满意）÷有效评价，按办结日期。", ("content",), ("rated",),
             en="Satisfaction"),
    ),
    groupings=(
        Grouping("family", "服务类别", {TICKET: ("item.family",)}, en="Family", codes="SERVICE_FAMILY"),
        AREA,
    ),
)  # fmt: skip

FIGURES = (STAYS, CHECKS, ENDORSEMENTS, COUNTER)
