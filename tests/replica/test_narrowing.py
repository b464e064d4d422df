"""What a list is narrowed by means the same tomorrow, is kept by name, and asks no digit of a number that is covered."""

from __future__ import annotations

from datetime import date

import pytest

from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.kept_lists import SAVED_MAX, TooMany
from baiyun_desktop.replica.narrowing import How, Look, Narrow, Width, ways, where_of
from baiyun_desktop.replica.paging import Paging
from tests.replica.desk import SeededIds, person

PEOPLE = [
    {"name": "王一", "sex": "1", "birth_date": "2026-11-01", "languages": ["蒙古语"], "id_no": "15020619880315002X"},
    {"name": "李二", "sex": "2", "birth_date": "2026-11-23", "live_addr": "宝山社区15%号楼"},
    {"name": "张三", "sex": "2", "birth_date": "2026-12-31", "languages": ["汉语", "蒙古语"]},
    {"name": "Anna"},
]
DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("narrow", "found"),
    [
        (Narrow("sex", How.ONE_OF, ("1", "2")), "王一 李二 张三"),
        (Narrow("sex", How.NONE_OF, ("2",)), "王一 Anna"),
        (Narrow("languages", How.ONE_OF, ("汉语", "英语")), "张三"),
        (Narrow("languages", How.NONE_OF, ("汉语",)), "王一 李二 Anna"),
        (Narrow("name", How.CONTAINS, ("ann",)), "Anna"),
        (Narrow("live_addr", How.CONTAINS, ("15%",)), "李二"),
        (Narrow("live_addr", How.CONTAINS, ("%",)), "李二"),
        (Narrow("birth_date", How.FROM, ("2026-11-23",)), "李二 张三"),
        (Narrow("birth_date", How.UNTIL, ("2026-11-23",)), "王一 李二"),
        (Narrow("birth_date", How.LAST_DAYS, (1,)), "李二"),
        (Narrow("birth_date", How.LAST_DAYS, (23,)), "王一 李二"),
        (Narrow("birth_date", How.NEXT_DAYS, (39,)), "李二 张三"),
        (Narrow("birth_date", How.NEXT_DAYS, (38,)), "李二"),
        (Narrow("birth_date", How.THIS_MONTH), "王一 李二"),
        (Narrow("birth_date", How.THIS_YEAR), "王一 李二 张三"),
        (Narrow("birth_date", How.EMPTY), "Anna"),
        (Narrow("id_no", How.GIVEN), "王一"),
        (Narrow("id_no", How.CONTAINS, ("1502",)), "王一 李二 张三 Anna"),
        (Narrow("no_more", How.GIVEN), "王一 李二 张三 Anna"),
        (Narrow("sex", How.ONE_OF), "王一 李二 张三 Anna"),
    ],
)
def test_each_condition_lets_through_what_it_says(desk: Replica, ids: SeededIds, narrow: Narrow, found: str) -> None:
    desk.door.save([person(ids, **values) for values in PEOPLE])
    fields = desk.layout.program.kind("person").by_name
    assert [row.name for row in desk.read.list("person", where_of([narrow], fields, DAY)).rows] == found.split()


def test_no_way_of_asking_tells_a_covered_number(desk: Replica) -> None:
    fields = desk.layout.program.kind("person").by_name
    for name in ("id_no", "phone", "phone2"):
        assert set(ways(fields[name])) == {How.EMPTY, How.GIVEN}


def test_looks_are_kept_by_list_and_name_and_go_when_they_are_removed(desk: Replica) -> None:
    look = Look(
        (Narrow("sex", How.ONE_OF, ("2",)), Narrow("birth_date", How.LAST_DAYS, (30,))), ("-birth_date", "name")
    )
    lists = desk.lists
    assert lists.left("people") == Look() and lists.saved("people") == {}
    lists.leave("people", Look(columns=(Width("name", 120), Width("sex"))))
    lists.save("people", "  最近   出生 ", look)
    lists.save("other", "别的", look)
    assert lists.saved("people") == {"最近 出生": look}
    assert lists.left("people").columns == (Width("name", 120), Width("sex"))
    lists.save("people", "最近 出生", Look(sort=("name",)))
    assert lists.saved("people") == {"最近 出生": Look(sort=("name",))}
    lists.remove("people", "最近 出生")
    assert lists.saved("people") == {} and lists.saved("other").keys() == {"别的"}
    with pytest.raises(ValueError, match="name"):
        lists.save("people", "  ", look)
    for number in range(SAVED_MAX):
        lists.save("people", f"第{number:02}", look)
    with pytest.raises(TooMany):
        lists.save("people", "再一个", look)


def test_what_a_newer_program_kept_does_not_stop_a_list(desk: Replica) -> None:
    with desk.store.aside() as conn:
        conn.exec_driver_sql("INSERT INTO list_kept (list, name, body) VALUES ('people', '', ?)", (b'{"sort": 7}',))
    assert desk.lists.left("people") == Look()


def test_pages_by_keys_are_the_pages_of_the_list(desk: Replica, ids: SeededIds) -> None:
    desk.door.save_all([[person(ids, name=f"居民{n:03}", sex=str(n % 2 + 1))] for n in range(57)])
    gone = desk.read.list("person", sort=["name"], offset=30, limit=1).rows[0]
    desk.door.void("person", gone.id, "误")
    for sort in (["name"], ["-sex", "name"], ["sex", "-name_py"]):
        paging = Paging(desk.read, "person", list, sort, [])
        whole = [row.id for row in desk.read.list("person", sort=sort, limit=100).rows]
        pages = [paging.page(offset, 10) for offset in range(0, 60, 10)]
        assert [row.id for page in pages for row in page.rows] == whole
        assert {page.total for page in pages} == {56}


def test_a_page_by_keys_brings_what_its_columns_look_through_to(desk: Replica, ids: SeededIds) -> None:
    people = [person(ids, name=name) for name in ("王一", "李二", "张三")]
    desk.door.save(people)
    desk.door.save([Draft.create("visit", ids.new(), person=one.id, topic=one.values["name"]) for one in people])
    page = Paging(desk.read, "visit", list, ["person.name_py"], ["person.name"]).page(1, 2)
    assert [page.value(row, "person.name") for row in page.rows] == ["王一", "张三"]


def test_each_page_of_keys_comes_from_an_index(desk: Replica, ids: SeededIds) -> None:
    """The order of a list as it was declared is read from its index, never sorted."""
    from baiyun_desktop.replica.query import Query

    for spec in desk.layout.program.lists.values():
        with desk.store.reading() as conn:
            sql = Query(desk.layout, spec.kind, spec.where, spec.sort).keys()
            plan = conn.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {sql.compile(dialect=conn.dialect, compile_kwargs={'literal_binds': True})}"
            )
            steps = [row[3] for row in plan]
        assert not any("TEMP B-TREE FOR ORDER BY" in step for step in steps), (spec.name, steps)
