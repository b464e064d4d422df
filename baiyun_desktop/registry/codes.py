"""The code lists that several mandates use, read from the reference tables."""

from __future__ import annotations

import csv

from baiyun_desktop.kernel.codes import Code, CodeList, read_csv
from baiyun_desktop.kernel.resource import resource


def _list(name: str, title: str, file: str) -> CodeList:
    return read_csv(name, title, resource("codes", f"{file}.csv"))


def _ethnic() -> CodeList:
    """GB/T 3304 with the short forms that people write; the district's own peoples are offered first."""
    with resource("codes", "gb3304_1991_ethnic.csv").open(encoding="utf-8-sig", newline="") as file:
        items = [
            Code(row["numeric"], row["name"], en=row["roman"], also=(row["name"].removesuffix("族"),))
            for row in csv.DictReader(file)
        ]
    return CodeList("ETHNIC", "民族", items, pinned=("01", "02", "03", "11", "31", "45", "52", "10"))


def _sex() -> CodeList:
    also = {"1": ("男性", "M", "male"), "2": ("女性", "F", "female")}
    english = {"0": "Unknown", "1": "Male", "2": "Female", "9": "Not stated"}
    plain = _list("SEX", "性别", "gbt2261_1_sex")
    items = [Code(c.code, c.label, en=english.get(c.code, ""), also=also.get(c.code, ())) for c in plain.items.values()]
    return CodeList("SEX", "性别", items, pinned=("1", "2"))


def _divisions() -> CodeList:
    """Six-digit districts of the city; a home district elsewhere is shown by its province and its code."""
    with resource("divisions", "areas_1502.csv").open(encoding="utf-8-sig", newline="") as file:
        items = [Code(row["code"], row["name"]) for row in csv.DictReader(file)]
    return CodeList("DIVISION", "行政区划", items, within=(PROVINCE, 2))


PROVINCE = _list("PROVINCE", "省份", "province")
"""By the first two digits of a division (GB/T 2260)."""
RENTAL_USE = _list("RENTAL_USE", "出租用途", "rental_use")
RENTAL_MODE = _list("RENTAL_MODE", "出租方式", "rental_mode")
HAZARD = _list("HAZARD", "隐患", "hazard")

LISTS: tuple[CodeList, ...] = (
    _sex(),
    _ethnic(),
    PROVINCE,
    _divisions(),
    _list("MARITAL", "婚姻状况", "gbt2261_2_marital"),
    _list("EDU", "学历", "gbt4658_2006_education"),
    _list("POLITICS", "政治面貌", "gbt4762_political"),
    _list("KIN", "家庭关系", "gbt4761_family_relation"),
    _list("ID_TYPE", "证件类型", "id_type"),
    _list("ID_VERIFIED", "核验方式", "id_verified"),
    _list("NO_ID_REASON", "无证件原因", "no_id_reason"),
    _list("BIRTH_PRECISION", "出生日期精度", "birth_precision"),
    _list("PHONE_OWNER", "电话机主", "phone_owner"),
    _list("RESIDENT_TYPE", "人员类型", "resident_type"),
    _list("PERSON_STATUS", "人员状态", "person_status"),
    _list("OCCUPATION", "职业", "occupation"),
    _list("LANGUAGE", "语言", "language"),
    _list("SOURCE", "来源", "source"),
    _list("HOUSE_TYPE", "房屋类型", "house_type"),
    RENTAL_USE,
    RENTAL_MODE,
    HAZARD,
    _list("ORG_LEVEL", "组织层级", "org_level"),
)
