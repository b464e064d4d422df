"""A list filters, sorts, pages and counts as asked, also through a reference; its own order comes from an index."""

from __future__ import annotations

import pytest

from baiyun_desktop.kernel.listing import Condition, Test
from baiyun_desktop.kernel.value import Draft
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.filters import Begins, Either, Filter, HasCode, Ids, OneOf
from baiyun_desktop.replica.query import Query
from tests.replica.desk import SeededIds, person

PEOPLE = [
    {"name": "王一", "sex": "1", "area": "150206001006001", "birth_date": "1990-01-01", "languages": ["蒙古语"]},
    {"name": "李二", "sex": "2", "area": "150206001006002", "birth_date": "1980-01-01", "id_checked": None},
    {"name": "张三", "sex": "2", "area": "150206001007", "birth_date": "2000-01-01", "languages": ["汉语", "蒙古语"]},
    {"name": "无四"},
]


@pytest.fixture
def people(desk: Replica, ids: SeededIds) -> dict[str, str]:
    drafts = [person(ids, **values) for values in PEOPLE]
    desk.door.save(drafts)
    return {draft.values["name"]: draft.id for draft in drafts}


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ([], "王一 李二 张三 无四"),
        ([Condition("sex", Test.IS, "2")], "李二 张三"),
        ([Condition("sex", Test.IS_NOT, "2")], "王一 无四"),
        ([Condition("sex", Test.EMPTY)], "无四"),
        ([Condition("languages", Test.EMPTY)], "李二 无四"),
        ([Condition("languages", Test.GIVEN)], "王一 张三"),
        ([Condition("birth_date", Test.BEFORE, "1990-01-01")], "李二"),
        ([Condition("birth_date", Test.FROM, "1990-01-01")], "王一 张三"),
        ([Condition("id_checked", Test.IS, True)], ""),
        ([Condition("languages", Test.IS, ["蒙古语"])], "王一"),
        ([HasCode("languages", "蒙古语")], "王一 张三"),
        ([Begins("area", "150206001006")], "王一 李二 无四"),
        ([OneOf("name", ("王一", "无四"))], "王一 无四"),
        ([Either((Condition("sex", Test.IS, "1"), Condition("name", Test.IS, "张三")))], "王一 张三"),
        ([Either(())], ""),
        ([Condition("sex", Test.IS, "2"), Begins("area", "150206001007")], "张三"),
    ],
)
def test_a_filter_lets_through_what_it_says(desk: Replica, people: dict[str, str], where: Filter, found: str) -> None:
    page = desk.read.list("person", where)
    assert [row.name for row in page.rows] == found.split()
    assert page.total == len(found.split())


def test_pages_follow_each_other_in_one_order(desk: Replica, people: dict[str, str]) -> None:
    pages = [desk.read.list("person", sort=["-birth_date"], offset=n, limit=2) for n in (0, 2)]
    assert [[row.name for row in page.rows] for page in pages] == [["张三", "王一"], ["李二", "无四"]]
    assert {page.total for page in pages} == {4}
    assert [row.name for row in desk.read.list("person", sort=["name_py"], limit=2).rows] == ["李二", "王一"]


def test_void_rows_are_not_counted_and_listed_apart(desk: Replica, people: dict[str, str]) -> None:
    desk.door.void("person", people["李二"], "误")
    where = [Condition("sex", Test.IS, "2")]
    assert [row.name for row in desk.read.list("person", where).rows] == ["张三"]
    assert desk.read.list("person", where).total == 1
    assert [row.name for row in desk.read.list("person", where, voided=True).rows] == ["李二"]
    assert desk.read.list("person", where, voided=True).total == 1


def test_a_list_reaches_through_a_reference(desk: Replica, people: dict[str, str], ids: SeededIds) -> None:
    for name in ("张三", "王一", "李二"):
        desk.door.save([Draft.create("visit", ids.new(), person=people[name], topic=name)])
    desk.door.save([Draft.create("visit", ids.new(), topic="无人")])
    columns = ["topic", "person.name", "person.sex"]
    page = desk.read.list("visit", sort=["person.name_py"], columns=columns)
    assert [[page.value(row, c) for c in columns] for row in page.rows] == [
        ["无人", None, None], ["李二", "李二", "2"], ["王一", "王一", "1"], ["张三", "张三", "2"],
    ]  # fmt: skip
    women = desk.read.list("visit", [Condition("person.sex", Test.IS, "2")], columns=columns)
    assert (women.total, {page.value(row, "person.name") for row in women.rows}) == (2, {"李二", "张三"})


def test_named_records_alone(desk: Replica, people: dict[str, str]) -> None:
    chosen = (people["王一"], people["无四"], "nobody")
    assert {row.name for row in desk.read.list("person", [Ids(chosen)]).rows} == {"王一", "无四"}


def test_an_unknown_field_is_a_bug_and_said_so(desk: Replica) -> None:
    with pytest.raises(KeyError):
        desk.read.list("person", [Condition("nothing", Test.IS, 1)])
    with pytest.raises(KeyError):
        desk.read.list("person", sort=["name.first"])


def test_each_list_of_the_program_gets_its_page_from_an_index(desk: Replica) -> None:
    for spec in desk.layout.program.lists.values():
        page = Query(desk.layout, spec.kind, spec.where, spec.sort).page(0, 200)
        with desk.store.reading() as conn:
            sql = page.compile(dialect=conn.dialect, compile_kwargs={"literal_binds": True})
            plan = [row[3] for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]
        assert "USING INDEX" in plan[0], (spec.name, plan)
        assert "USE TEMP B-TREE FOR ORDER BY" not in plan, (spec.name, plan)
