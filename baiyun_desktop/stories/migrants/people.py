"""Draws the visitors of the month from one seed: who they are, where they live, and what each comes for."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from typing import Any

from baiyun_desktop.registry.citizen_id import check_digit
from baiyun_desktop.registry.person import from_id
from baiyun_desktop.stories.district_process import GRIDS
from baiyun_desktop.stories.migrants.errands import ERRANDS
from baiyun_desktop.stories.migrants.script import MONTH, Errand, Visit

COMMUNITIES = {"150206001006": "宝山", "150206001007": "百灵", "150206002006": "星光", "150206002007": "祥云"}
HOMES = ("150121", "152630", "130105", "140203", "410122", "610827", "622301")
"""Home districts of the invented visitors."""
FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = ("秀英", "志强", "乌兰", "建军", "春梅", "海涛", "其木格", "国庆", "玉兰", "伟", "静", "巴特尔", "小燕", "永胜")
PASSPORT = "414"
ADULTS, CHILDREN = (1962, 2004), (2011, 2018)
"""Years of birth, both included."""


def visitors(count: int, rng: random.Random) -> list[tuple[Visit, Errand]]:
    """So many visitors in the order in which they come: each errand once as far as they reach, then by their shares."""
    errands: Sequence[Errand] = rng.sample(ERRANDS, min(count, len(ERRANDS)))
    errands = [*errands, *rng.choices(ERRANDS, [errand.share for errand in ERRANDS], k=count - len(errands))]
    rng.shuffle(errands)
    return [(visitor(number, rng), errand) for number, errand in enumerate(errands, start=1)]


def visitor(number: int, rng: random.Random) -> Visit:
    """Somebody with a spouse, a child and a guest from abroad, whether they come along or not."""
    community = rng.choice(list(COMMUNITIES))
    area = f"{community}{rng.randint(1, GRIDS):03d}"
    own = random.Random(rng.getrandbits(64))  # noqa: S311  (a story is to be played again)
    people = {
        who: _person(own, 3 * number + n, years) for n, (who, years) in enumerate(
            (("person", ADULTS), ("配偶", ADULTS), ("子女", CHILDREN))
        )
    }  # fmt: skip
    people["外宾"] = {"name": "安娜", "id_type": PASSPORT, "id_no": f"E{7_000_001 + 2 * number}", "nationality": "MNG",
                    "birth_date": f"{own.randint(*ADULTS)}-05-06", "sex": "2"}  # fmt: skip
    return Visit(number, own, area, people)


def misspelt(person: dict[str, Any]) -> dict[str, Any]:
    """The same person as another officer heard the name."""
    return {**person, "name": person["name"][:-1] + "佳"}


def namesake(person: dict[str, Any]) -> dict[str, Any]:
    """Somebody else of that name, born on that day, with the same employer's telephone."""
    number = person["id_no"]
    first = f"{number[:14]}{(int(number[14:17]) + 2) % 1000:03d}"  # by two: the same sex
    return {**person, "id_no": first + check_digit(first)}


def _person(rng: random.Random, serial: int, years: tuple[int, int]) -> dict[str, Any]:
    born = date(rng.randint(*years), rng.randint(1, 12), rng.randint(1, 28))
    first = f"{rng.choice(HOMES)}{born:%Y%m%d}{serial % 1000:03d}"
    number = first + check_digit(first)
    name = rng.choice(FAMILY) + rng.choice(GIVEN)
    return {"name": name, "id_no": number, "phone": f"138{serial:08d}", **from_id(number, today=MONTH)}
