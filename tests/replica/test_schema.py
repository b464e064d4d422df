"""Indexes follow from what is declared: nothing that a list or a form of the real program asks for reads a whole table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine, Select, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.pool import StaticPool

from baiyun_desktop.kernel.listing import Condition, ListSpec, Test
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.modules import MODULES
from baiyun_desktop.modules.migrants.screens import SCREENS
from baiyun_desktop.registry.module import MODULE as REGISTRY
from baiyun_desktop.replica import schema
from baiyun_desktop.replica.layout import Layout
from baiyun_desktop.replica.query import Query

LAYOUT = Layout(Program((REGISTRY, *MODULES)))
LISTS = tuple(LAYOUT.program.lists.values())
LIMITED = [spec for spec in LISTS if any(c.test in (Test.IS_NOT, Test.EMPTY, Test.GIVEN) for c in spec.where)]


@pytest.fixture(scope="module")
def conn() -> Iterator[Connection]:
    """The tables and indexes of a desk, without a row."""
    engine: Engine = create_engine("sqlite://", poolclass=StaticPool)
    with engine.connect() as made:
        schema.create_tables(made, LAYOUT)
        schema.create_indexes(made, LAYOUT)
        yield made
    engine.dispose()


def plan(conn: Connection, query: Select[tuple[object, ...]]) -> list[str]:
    """How SQLite answers the very statement that is sent to it."""
    sent: list[tuple[str, object]] = []

    def note(_conn: object, _cursor: object, sql: str, params: object, *_: object) -> None:
        sent.append((sql, params))

    event.listen(conn, "before_cursor_execute", note)
    conn.execute(query)
    event.remove(conn, "before_cursor_execute", note)
    ((sql, params),) = sent
    return [row[3] for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", params)]  # type: ignore[arg-type]


@pytest.mark.parametrize("spec", LISTS, ids=lambda spec: spec.name)
def test_a_list_is_paged_without_sorting(conn: Connection, spec: ListSpec) -> None:
    found = plan(conn, Query(LAYOUT, spec.kind, spec.where, spec.sort).page(0, 100))
    assert "USING INDEX" in found[0], found
    if spec.sort:
        assert not [step for step in found if "TEMP B-TREE FOR ORDER BY" in step], found


@pytest.mark.parametrize("spec", LIMITED, ids=lambda spec: spec.name)
def test_a_list_of_some_rows_looks_at_no_others(conn: Connection, spec: ListSpec) -> None:
    query = Query(LAYOUT, spec.kind, spec.where, spec.sort)
    assert f"INDEX {schema.SOME_ROWS}{spec.kind}" in plan(conn, query.page(0, 100))[0]
    every, void = query.counts()
    own = f"COVERING INDEX {schema.SOME_ROWS}{spec.kind}"
    assert own in plan(conn, every)[0]
    assert [step for step in plan(conn, void) if "(id=?)" in step or own in step], plan(conn, void)


def test_a_list_through_what_was_typed_reads_the_found_records_alone(conn: Connection) -> None:
    spec = LAYOUT.program.lists["tickets_open"]
    ids = Condition("person", Test.IS, "0" * 32)
    found = plan(conn, Query(LAYOUT, spec.kind, [*spec.where, ids], ()).page(0, 100))
    assert "(person=?)" in found[0], found


def test_the_worklist_reads_no_table_through(conn: Connection) -> None:
    assert SCREENS.waiting is not None
    for waiting in SCREENS.waiting(date(2026, 11, 24)):
        query = Query(LAYOUT, waiting.kind, waiting.where, waiting.sort)
        for asked in (query.page(0, 6), query.counts()[0]):
            found = plan(conn, asked)
            assert "INDEX" in found[0], (waiting.title, found)


def test_each_reference_is_followed_by_an_index() -> None:
    statements = [text for _, text in schema.own_indexes(LAYOUT)]
    for name, info in LAYOUT.program.kinds.items():
        led = {str(index.columns[0].name) for index in LAYOUT.schema[name].table.indexes}
        for field in info.refs:
            own = f'ON "{name}" ("{field.name}"'
            assert field.name in led or any(own in text for text in statements), (name, field.name)


def test_an_index_of_rows_that_no_list_shows_any_more_goes(conn: Connection) -> None:
    conn.exec_driver_sql("CREATE INDEX fl_person_1234 ON person (name) WHERE name IS NOT NULL")
    schema.create_indexes(conn, LAYOUT)
    names = schema.names_of(conn, "index")
    assert "fl_person_1234" not in names
    assert {name for name, _ in schema.own_indexes(LAYOUT)} <= names
