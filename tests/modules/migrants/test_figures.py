"""Each of the centre's figures against SQL of its own, on a year full of traps, and the list behind each: just its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from baiyun_desktop.kernel.figure import FigureSheet, Grouping, Rate
from baiyun_desktop.kernel.figure_sweep import lead, sweeps_of
from baiyun_desktop.modules.migrants.figures import CHECKS, COUNTER, ENDORSEMENTS, FIGURES, STAYS
from baiyun_desktop.replica import DeskIdentity, Replica
from baiyun_desktop.replica.figures import Span, Tallied, conditions
from baiyun_desktop.replica.projecting import rebuild
from baiyun_desktop.replica.query import Measure, Query
from sync.outside import SystemIds
from tests.kernel.program import PROGRAM
from tests.modules.migrants.made_up_year import FIRST, LAST, TODAY, Year
from tests.new_desk import new_desk
from tests.replica.desk import ManualClock

SPAN = Span(FIRST, LAST, TODAY)
IN = "BETWEEN '2026-04-01' AND '2026-06-30'"
DUE = "BETWEEN '2026-04-01' AND '2026-06-19'"
STANDS = (
    "r.voided = 0 AND r.reg_date <= '2026-06-30' AND (r.state IN ('ACTIVE', 'TO_CHECK')"
    " OR (r.state = 'ENDED' AND r.leave_date > '2026-06-30') OR (r.state = 'REPLACED' AND r.replaced_on > '2026-06-30'))"
)
SAME = (
    "(SELECT p.id AS one, ifnull((SELECT l.head FROM link l WHERE l.subject = p.id AND l.state = 'live' AND NOT l.voided),"
    " p.id) AS head FROM person p)"
)
CARD = (
    "q.voided = 0 AND q.receive_date <= '2026-06-30' AND NOT (q.state = 'SUSPENDED' AND q.suspended_on <= '2026-06-30')"
    " AND NOT (q.state = 'CANCELLED' AND q.cancel_date <= '2026-06-30') AND q.state <> 'ACCEPTED'"
)
REG = "FROM residence_reg r LEFT JOIN person p ON p.id = r.person WHERE "
HEADS = f"FROM residence_reg r JOIN {SAME} s ON s.one = r.person WHERE {STANDS}"
TICKET = "FROM service_ticket t LEFT JOIN service_item i ON i.id = t.item WHERE t.voided = 0 AND "
DONE = f"t.state IN ('DONE', 'DELIVERED', 'FILED') AND t.done_on {IN}"
BACK = f"t.state = 'RETURNED' AND t.returned_on {IN}"
MINE = "ifnull(t.result, '') <> '5'"

ROWS = {
    "registered": f"{REG} r.voided = 0 AND r.state <> 'DRAFT' AND r.reg_date {IN}",
    "ended": f"{REG} r.voided = 0 AND r.state = 'ENDED' AND r.leave_date {IN}",
    "replaced": f"{REG} r.voided = 0 AND r.state = 'REPLACED' AND r.replaced_on {IN}",
    "standing": f"{REG} {STANDS}",
    "in_time": "FROM permit_endorse e JOIN residence_permit r ON r.id = e.permit AND NOT r.voided"
    f" WHERE NOT e.voided AND e.kind = '1' AND e.due {DUE}",
    "late": "FROM permit_endorse e JOIN residence_permit r ON r.id = e.permit AND NOT r.voided"
    f" WHERE NOT e.voided AND e.kind = '2' AND e.due {DUE}",
    "accepted": f"{TICKET} t.accepted_on {IN}",
    "done": f"{TICKET} {DONE} AND {MINE}",
    "returned": f"{TICKET} {BACK} AND ifnull(t.return_reason, '') <> '3'",
    "withdrawn": f"{TICKET} (({DONE} AND t.result = '5') OR ({BACK} AND t.return_reason = '3'))",
    "at_once": f"{TICKET} {DONE} AND t.result = '1' AND t.told_on IS NULL",
    "rated": f"{TICKET} {DONE} AND t.satisfaction >= '2'",
    "content": f"{TICKET} {DONE} AND t.satisfaction >= '3'",
}
"""What each figure's rows are, once more."""
GROUPS = {
    "province": "substr(CASE WHEN r.from_code > '' THEN r.from_code WHEN p.hukou_code > '' THEN p.hukou_code END, 1, 2)",
    "reason": "r.inflow_reason", "dwelling": "r.dwelling", "grid": "r.area", "family": "i.family",
}  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replica]:
    clock, folder = ManualClock(), tmp_path_factory.mktemp("figures")
    made = new_desk(folder / "desk.db", PROGRAM, DeskIdentity(replica="d" * 32), clock, SystemIds(clock))
    yield Year(made).fill()
    made.close()


def ask(desk: Replica, sql: str) -> list[Any]:
    with desk.store.reading() as conn:
        return list(conn.exec_driver_sql(sql))


def counted(tallied: Tallied, name: str) -> Counter[Any]:
    return Counter({raw: amount.rows for raw, amount in tallied.amounts[name].items() if amount.rows})


@pytest.mark.parametrize(("sheet", "grouping"), [(s, g) for s in FIGURES for g in s.groupings], ids=lambda x: x.name)
def test_counts_are_those_of_other_sql(desk: Replica, sheet: FigureSheet, grouping: Grouping) -> None:
    tallied = desk.read.figures(sheet, SPAN, grouping)
    for figure in sheet.counted:
        if figure.name in ROWS:
            group = (
                GROUPS[grouping.name].replace("r.", "t.")
                if sheet is COUNTER and grouping.areas
                else GROUPS[grouping.name]
            )
            other = Counter(
                dict(tuple(row) for row in ask(desk, f"SELECT {group}, count(*) {ROWS[figure.name]} GROUP BY 1"))
            )
            assert counted(tallied, figure.name) == other and sum(other.values()) > 3, figure.name
            assert tallied.value(figure) == sum(other.values())


@pytest.mark.parametrize("sheet", FIGURES, ids=lambda sheet: sheet.name)
def test_the_list_behind_a_figure_has_just_its_rows(desk: Replica, sheet: FigureSheet) -> None:
    grouping = sheet.groupings[0]
    tallied = desk.read.figures(sheet, SPAN, grouping)
    for figure in sheet.counted:
        groups = sorted(counted(tallied, figure.name), key=lambda raw: raw or "")
        raw, others = groups[0], groups[1:]
        one, rest = (
            {row.id for row in desk.read.list(figure.kind, desk.read.figure_rows(figure, SPAN, grouping, raws)).rows}
            for raws in ([raw], others)
        )
        whole = desk.read.list(figure.kind, desk.read.figure_rows(figure, SPAN))
        assert len(one) == tallied.rows(figure, [raw]) and len(rest) == tallied.rows(figure, others), figure.name
        assert one | rest == {row.id for row in whole.rows} and whole.total == len(one) + len(rest) > 0, figure.name


def test_people_are_counted_once_however_often_they_are_known(desk: Replica) -> None:
    tallied, nobody = (
        desk.read.figures(STAYS, SPAN),
        ask(desk, f"SELECT count(*) {REG} {STANDS} AND p.id IS NULL")[0][0],
    )
    (heads,), (rows,) = (
        ask(desk, f"SELECT count(DISTINCT s.head) {HEADS}"),
        ask(desk, f"SELECT count(*) {REG} {STANDS}"),
    )
    assert tallied.value(STAYS.by_name["people"]) == heads[0] + nobody < rows[0]
    cards = f"SELECT c.head FROM residence_permit q JOIN {SAME} c ON c.one = q.person WHERE {CARD}"
    ((holders,),) = ask(desk, f"SELECT count(DISTINCT s.head) {HEADS} AND s.head IN ({cards})")
    assert tallied.value(STAYS.by_name["holders"]) == holders > 3
    assert tallied.value(STAYS.by_name["holding"]) == pytest.approx(holders / (heads[0] + nobody))


def test_the_net_is_what_the_books_grew_by_where_no_day_is_missing(desk: Replica) -> None:
    before = Span(FIRST.replace(month=1), FIRST.replace(month=3, day=31), TODAY)
    (then, now), net = (desk.read.figures(STAYS, span) for span in (before, SPAN)), STAYS.by_name["net"]
    standing = STAYS.by_name["standing"]
    (odd,) = ask(
        desk,
        "SELECT total((leave_date <= '2026-06-30' OR replaced_on <= '2026-06-30') AND reg_date > ifnull(leave_date,"
        f" replaced_on)) , total((leave_date {IN} OR replaced_on {IN}) AND reg_date IS NULL) FROM residence_reg WHERE NOT voided",
    )  # left before they were registered, or registered nobody knows when: no books can be right about these
    grown = (now.value(standing) or 0) - (then.value(standing) or 0)
    assert abs(grown - (now.value(net) or 0)) <= sum(odd)
    made = [now.value(STAYS.by_name[name]) or 0 for name in ("registered", "ended", "replaced")]
    assert now.value(net) == made[0] - made[1] - made[2]


def test_what_was_not_endorsed_at_all_counts_as_due(desk: Replica) -> None:
    tallied = desk.read.figures(ENDORSEMENTS, SPAN)
    missed = 0
    for issued, endorsed, state, cancelled, due in ask(
        desk,
        "SELECT issue_date, endorsed_on, state, cancel_date, due_on FROM residence_permit"
        " WHERE NOT voided AND receive_date > '' AND issue_date > ''",
    ):  # a year after the issue, or two where the first was endorsed in its last month
        end = f"{int(issued[:4]) + (2 if endorsed else 1)}{issued[4:]}"
        end = due if state in ("VALID", "TO_ENDORSE") else end  # rolled over days off while it runs
        missed += "2026-04-01" <= end <= "2026-06-19" and not (cancelled and cancelled <= end)
    value = {name: tallied.value(figure) or 0 for name, figure in ENDORSEMENTS.by_name.items()}
    assert value["missed"] == missed > 2
    assert value["due"] == value["in_time"] + value["late"] + missed
    assert value["timely"] == pytest.approx(value["in_time"] / value["due"])


def test_of_each_house_only_the_last_visit_counts(desk: Replica) -> None:
    tallied = desk.read.figures(CHECKS, SPAN)
    rows = ask(
        desk,
        "SELECT coalesce(rental, id), max(visited_on || id), people_found, unregistered FROM inspect WHERE NOT voided"
        f" AND state <> 'PLANNED' AND visited_on {IN} AND people_found IS NOT NULL"
        " AND (unregistered IS NOT NULL OR results LIKE '%\"1\"%') GROUP BY 1",
    )
    found, not_registered = sum(row[2] for row in rows), sum(row[3] or 0 for row in rows)
    value = {name: tallied.value(figure) for name, figure in CHECKS.by_name.items()}
    assert (value["visits"], value["found"], value["unregistered"]) == (len(rows), found, not_registered)
    assert value["registration"] == pytest.approx((found - not_registered) / found) and found > not_registered > 0


def test_minutes_are_between_the_instants_of_one_day(desk: Replica) -> None:
    tallied = desk.read.figures(COUNTER, SPAN)
    steps: dict[str, list[Any]] = {}
    for id_, subject, verb, stated in ask(
        desk,
        "SELECT id, subject, verb, stated_date FROM movement WHERE subject_kind = 'service_ticket' AND NOT voided"
        " AND judgement = 'accepted' ORDER BY id",
    ):
        steps.setdefault(subject, []).append((int(id_[:12], 16), verb, stated))
    waits, works = [], []
    for (ticket,) in ask(desk, f"SELECT t.id {TICKET} t.accepted_on {IN}"):
        first = [s for s in steps.get(ticket, ()) if s[1] in ("受理", "一次性告知")][:1]
        taken = int(ticket[:12], 16)
        waits += [_minutes(s[0] - taken) for s in first if s[0] >= taken and _day(taken) == _day(s[0]) == s[2]]
    for (ticket,) in ask(desk, f"SELECT t.id {TICKET} {DONE}"):
        first = next(s for s in steps[ticket] if s[1] in ("受理", "一次性告知"))
        last = next(s for s in steps[ticket] if s[1] in ("办结", "当场办结"))
        if _day(first[0]) == _day(last[0]) == first[2] == last[2]:
            works.append(_minutes(last[0] - first[0]))
    assert tallied.value(COUNTER.by_name["wait"]) == pytest.approx(sum(waits) / len(waits))
    assert tallied.value(COUNTER.by_name["work"]) == pytest.approx(sum(works) / len(works))
    assert tallied.rows(COUNTER.by_name["work"]) == len(works) < len(ask(desk, f"SELECT 1 {TICKET} {DONE}"))


def _minutes(ms: int) -> int:
    """To the nearest."""
    return (ms + 30_000) // 60_000


def _day(ms: int) -> str:
    """In Baiyun."""
    return FIRST.fromordinal(719_163 + (ms + 8 * 3_600_000) // 86_400_000).isoformat()


def test_every_rate_is_a_share_of_what_stands_beside_it(desk: Replica) -> None:
    for sheet in FIGURES:
        tallied = desk.read.figures(sheet, SPAN)
        for rate in (figure for figure in sheet.figures if isinstance(figure, Rate)):
            part, whole = tallied.parts(rate)
            assert 0 < part <= whole and tallied.value(rate) == part / whole, rate.name
        empty = desk.read.figures(sheet, Span(FIRST.replace(year=1990), LAST.replace(year=1990), TODAY))
        assert not empty.raws and all(empty.value(f) is None for f in sheet.figures if isinstance(f, Rate))


def test_each_sweep_reads_nothing_but_an_index_of_what_it_counts_by(desk: Replica) -> None:
    with desk.store.reading() as conn:
        for sheet, grouping, sweep in [(s, g, w) for s in FIGURES for g in s.groupings for w in sweeps_of(s)]:
            where = conditions(sweep.within, SPAN, desk.layout.info(sweep.kind))
            query = Query(desk.layout, sweep.kind, where, ()).tally(
                grouping.fields[sweep.kind], 0, [Measure()], sweep.latest
            )
            sql = query.compile(conn.engine, compile_kwargs={"literal_binds": True})
            plan = [row.detail for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]
            (own,) = [line for line in plan if line.startswith(f"SEARCH {sweep.kind} ")]
            assert f"COVERING INDEX fg_{sweep.kind}_{lead(sweep.within)}_" in own, (sheet.name, grouping.name, plan)
            assert not [line for line in plan if line.startswith("SCAN") and "anon" not in line], plan


def test_what_is_worked_out_at_once_is_what_each_save_worked_out(desk: Replica) -> None:
    asked = "SELECT id, state, wait_min, work_min FROM service_ticket ORDER BY id"
    before = [tuple(row) for row in ask(desk, asked)]
    with desk.store.writing() as conn:
        conn.exec_driver_sql("UPDATE service_ticket SET state = NULL, wait_min = 99, work_min = NULL")
        rebuild(conn, desk.layout)
    assert [tuple(row) for row in ask(desk, asked)] == before
    assert any(row[2] for row in before) and any(row[3] for row in before)
