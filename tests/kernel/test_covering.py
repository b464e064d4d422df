"""What each mask lets through in a list and on a record's own page, and what a child's number shows: nothing."""

from __future__ import annotations

from datetime import date

import pytest

from baiyun_desktop.kernel.covering import covered, is_minor
from baiyun_desktop.kernel.mask import Mask, Shown, masked
from baiyun_desktop.registry.person import Person

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("rule", "value", "listed", "detail"),
    [
        (Mask.NAME, "王公平", "王*平", "王公平"),
        (Mask.NAME, "王平", "王*", "王平"),
        (Mask.NAME, "阿依古丽·买买提", "阿*·买*", "阿依古丽·买买提"),
        (Mask.NAME, "王公平、李娜", "王*平、李*", "王公平、李娜"),
        (Mask.ID, "150206198803150023", "1502**********0023", "1502**********0023"),
        (Mask.ID, "H12341234", "H****1234", "H****1234"),
        (Mask.PHONE, "13812345678", "138****5678", "138****5678"),
        (Mask.ADDRESS, "宝山社区15号楼5单元102室", "宝山社区15号楼***", "宝山社区15号楼5单元102室"),
        (Mask.BANK, "6222020200112233445", "***************3445", "***************3445"),
        (Mask.HIDDEN, "精神残疾二级", "***", "***"),
    ],
)
def test_the_table_of_masks(rule: Mask, value: str, listed: str, detail: str) -> None:
    assert masked(rule, value) == listed
    assert masked(rule, value, shown=Shown.DETAIL) == detail
    assert masked(rule, listed) == listed  # masked twice is masked once


def test_a_childs_number_is_hidden_whole() -> None:
    child = {"name": "王小平", "id_no": "150206201903150023", "birth_date": "2019-03-15", "phone": "13812345678"}
    safe = covered(Person.info, child, TODAY)
    assert (safe["id_no"], safe["phone"], safe["name"]) == ("*" * 18, "138****5678", "王*平")
    assert covered(Person.info, child, TODAY, Shown.DETAIL)["id_no"] == "*" * 18


@pytest.mark.parametrize(
    ("born", "minor"), [("2012-11-24", True), ("2012-11-23", False), ("1988-03-15", False), (None, False)]
)
def test_who_is_under_fourteen(born: str | None, minor: bool) -> None:
    assert is_minor({"birth_date": born}, TODAY) is minor


def test_a_leap_day_has_its_birthdays_too() -> None:
    assert is_minor({"birth_date": "2014-03-01"}, date(2028, 2, 29))
    assert not is_minor({"birth_date": "2014-02-28"}, date(2028, 2, 29))
