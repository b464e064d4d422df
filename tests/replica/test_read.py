"""What a form asks is answered with few statements, however many steps its procedure has."""

from __future__ import annotations

from collections.abc import Callable

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica import Replica
from tests.replica.desk import SeededIds, person


def asked(desk: Replica, question: Callable[[], object]) -> list[str]:
    """The statements that a question takes, by the one connection that readers share while nobody else reads."""
    said: list[str] = []
    with desk.reading() as conn:
        raw = conn.connection.driver_connection
    assert raw is not None
    raw.set_trace_callback(said.append)
    question()
    raw.set_trace_callback(None)
    return [sql for sql in said if sql.startswith("SELECT")]


def test_the_steps_of_a_record_read_it_and_its_movements_once(desk: Replica, ids: SeededIds) -> None:
    record = ids.new()
    desk.door.save([Draft.create("visit", record, topic="走访")])
    said = asked(desk, lambda: desk.read.steps("visit", record))
    assert len([sql for sql in said if 'FROM "visit"' in sql]) == 1, said
    assert len([sql for sql in said if 'FROM "movement"' in sql]) == 1, said


def test_of_what_leads_to_a_record_the_first_are_read_and_all_counted(desk: Replica, ids: SeededIds) -> None:
    one = person(ids, name="王一")
    desk.door.save([one])
    visits = [Draft.create("visit", ids.new(), person=one.id, topic=f"第{n}次") for n in range(4)]
    desk.door.save(visits)
    desk.door.void("visit", visits[1].id, "误")
    total, rows = desk.read.referring("visit", "person", one.id, 2)
    assert (total, [row.topic for row in rows]) == (3, ["第0次", "第2次"])
    total, rows = desk.read.referring("visit", "person", one.id, 3)
    assert (total, len(rows)) == (3, 3)
    assert desk.read.referring("visit", "person", "nobody", 3) == (0, [])
