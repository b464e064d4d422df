"""A made-up register of migrants in the real divisions of 150206: what a district holds after some years of work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from itertools import islice
from typing import Any

from baiyun_desktop.kernel.before import FOUND
from baiyun_desktop.kernel.movement import COLLECTION as MOVEMENT
from baiyun_desktop.modules.migrants.codes import RESIDENCE_NUMBER
from baiyun_desktop.modules.migrants.registration.procedure import REGISTRATION
from baiyun_desktop.registry import areas
from baiyun_desktop.registry.divisions import organisations
from sync.act import Change, Op
from sync.schema import EVERYWHERE

from .chance import Chance, day_of

DISTRICT = "150206"
GRIDS = 50
FIRST_DAY = date(2021, 9, 1)
DAYS = 1_880
"""Up to autumn 2026."""
RECORDS_A_FAMILY = 8
CLERKS = ("乌兰", "李建华", "赵秀英", "张海燕", "陈磊", "格日勒", "王志强", "周敏")
EMPLOYERS = (
    "白云铁矿选矿车间 宝山物业 矿区第二建筑公司 个体 明阳风电运维队 中心农贸市场 百灵宾馆 祥云洗煤厂 通阳运输队 草原小厨"
    " 矿区环卫队 白云汽修 蒙源牧业合作社 星光超市 华油加油站 东风砖厂 铁路装卸队 康乐养老院"
).split()


@dataclass
class Register:
    """Draws records until there are `size` of them; parents come before children."""

    size: int
    seed: int = 20_261_101
    grids: list[str] = field(default_factory=list)
    _serial: dict[tuple[str, int], int] = field(default_factory=dict)
    _homes: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def records(self) -> list[Change]:
        """The records, each as its creation, in the order in which they came to be."""
        return list(islice(self.each(), self.size))

    def each(self) -> Iterator[Change]:
        """The same one after the other, and more of them until nobody asks."""
        chance = Chance(self.seed)
        found = list(self._organisations(chance))
        yield from found
        yield from self._families(chance, len(found))

    def more(self, count: int, seed: int) -> Iterator[Change]:
        """So many records of other families in the same grids, their registrations numbered on."""
        others = Register(count, seed, self.grids, dict(self._serial))
        return islice(others._families(Chance(seed), 0), count)

    def _families(self, chance: Chance, done: int) -> Iterator[Change]:
        """Families after `done` other records, until nobody asks for more."""
        moments = sorted(chance.office_moment(FIRST_DAY, DAYS) for _ in range(self.size // RECORDS_A_FAMILY))
        for at_ms in moments:
            family = self._family(chance, at_ms)
            done += len(family)
            yield from family
        while True:  # families were smaller than usual
            family = self._family(chance, moments[-1] + done)
            done += len(family)
            yield from family

    # --- where --------------------------------------------------------------------------------------------------

    def _organisations(self, chance: Chance) -> Iterator[Change]:
        """What the district is founded with, and fifty grids."""
        for kind, record, values in organisations(DISTRICT):
            yield Change(kind, record, Op.CREATE, values)
        at_ms = chance.office_moment(FIRST_DAY - timedelta(days=40), 10)
        for n in range(GRIDS):
            above, name = communities()[n % len(communities())]
            number = n // len(communities()) + 1
            code, record = f"{above}{number:03d}", chance.record_id(at_ms + n)
            self.grids.append(code)
            fields = {
                "area": EVERYWHERE, "code": code, "name": f"{name[:2]}第{number}网格", "short_name": f"{name[:2]}第{number}网格",
                "level": areas.GRID, "parent_code": above,
            }  # fmt: skip
            yield Change("organisation", record, Op.CREATE, fields)
            fields = {"organisation": record, "grid_leader": chance.name(), "grid_phone": chance.mobile()}
            yield Change("grid", chance.record_id(at_ms + n), Op.CREATE, fields)

    def _home(self, chance: Chance, at_ms: int, grid: str) -> tuple[list[Change], str, str]:
        """A house of the grid, new or known: its records, its id and its address."""
        known = self._homes.setdefault(grid, [])
        if known and chance.often(0.35):
            house, text = chance.random.choice(known)
            return [], house, text
        community = next(name for code, name in communities() if grid.startswith(code))
        parts = (str(chance.random.randrange(1, 40)), str(chance.random.randrange(1, 7)),
                 f"{chance.random.randrange(1, 7)}0{chance.random.randrange(1, 4)}")  # fmt: skip
        text = "{}{}号楼{}单元{}室".format(community, *parts)
        address, house = chance.record_id(at_ms), chance.record_id(at_ms + 400)
        known.append((house, text))
        where = {"area": grid, "full_text": text}
        place = {**where, "building": parts[0], "unit": parts[1], "room": parts[2], "floor": parts[2][0]}
        rented = chance.often(0.6)
        facts = {
            **where, "address": address, "house_type": chance.pick(("1", 9), ("4", 1)), "is_rental": rented,
            "floor_area": f"{chance.random.randrange(380, 1250) / 10:.1f}", "owner_name": chance.name(),
            "owner_phone": chance.mobile(),
        }  # fmt: skip
        if rented:
            facts |= {"rental_use": "1", "rental_mode": chance.pick(("1", 5), ("2", 2))}
        records = [Change("address_unit", address, Op.CREATE, place), Change("house", house, Op.CREATE, facts)]
        return records, house, text

    # --- who ----------------------------------------------------------------------------------------------------

    def _family(self, chance: Chance, at_ms: int) -> list[Change]:
        grid = chance.random.choice(self.grids)
        found, house, text = self._home(chance, at_ms, grid)
        size = chance.random.choices((1, 2, 3, 4), (52, 24, 17, 7))[0]
        home, work = chance.random.choice(chance.homes), chance.random.choice(EMPLOYERS)
        first_reg, household = "", ""
        for n in range(size):
            at_ms += chance.random.randrange(45_000, 240_000)
            person, facts = self.person(chance, at_ms, grid, house, text, home, work if n == 0 else None)
            found.append(Change("person", person, Op.CREATE, facts))
            reg = self.registration(chance, at_ms + 9_000, person, facts, first_reg)
            first_reg = first_reg or reg.id
            found.append(reg)
            found += self._movements(chance, at_ms + 9_000, reg)
            if size > 1:
                found += self._member(chance, at_ms, n, person, household, facts)
                household = household or found[-2].id
        return found

    def person(
        self, chance: Chance, at_ms: int, grid: str, house: str, text: str, home: str, work: str | None
    ) -> tuple[str, dict[str, Any]]:
        """A new person's id and facts."""
        child = work is None and chance.often(0.5)
        born = chance.birth(chance.random.randrange(2009, 2021) if child else chance.random.randrange(1955, 2005))
        male = chance.often(0.54)
        facts: dict[str, Any] = {
            "name": chance.name(), "id_type": "111", "id_no": chance.citizen_number(home, born, male=male),
            "sex": "1" if male else "2", "birth_date": born.isoformat(), "birth_precision": "D",
            "id_verified": chance.pick(("1", 6), ("2", 3), ("0", 1)), "phone": chance.mobile(),
            "ethnic": chance.pick(("01", 80), ("02", 14), ("03", 4), ("11", 2)), "hukou_code": home,
            "hukou_addr": f"{home}第{chance.random.randrange(1, 90)}村", "area": grid, "house": house,
            "live_addr": text, "resident_type": "2", "status": "1", "status_date": day_of(at_ms).isoformat(),
            "work_unit": work, "source": chance.pick(("1", 7), ("3", 3)),
        }  # fmt: skip
        if not child:
            facts |= {
                "marital": chance.pick(("10", 3), ("20", 6), (None, 1)), "edu": chance.pick(("60", 2), ("70", 5), (None, 3)),
                "occupation": chance.pick(("5", 3), ("6", 5), (None, 2)),
            }  # fmt: skip
        return chance.record_id(at_ms), {k: v for k, v in facts.items() if v is not None}

    def registration(
        self, chance: Chance, at_ms: int, person: str, facts: dict[str, Any], with_reg: str = ""
    ) -> Change:
        """A person's registration at the address of the master record."""
        day = day_of(at_ms)
        arrived = day - timedelta(days=chance.random.randrange(1, 60))
        rented = chance.often(0.7)
        said: dict[str, Any] = {
            "biz_no": self._number(facts["area"], day.year), "person": person, "area": facts["area"],
            "house": facts["house"], "live_addr": facts["live_addr"], "dwelling": "02" if rented else "01",
            "arrive_date": arrived.isoformat(), "inflow_reason": chance.pick(("01", 6), ("03", 2), ("07", 2)),
            "from_code": facts["hukou_code"], "with_reg": with_reg or None,
            "kin": chance.pick(("10", 1), ("20", 1), ("30", 1)) if with_reg else None,
            "declarer_kind": "1", "declarer_name": facts["name"], "reg_date": day.isoformat(),
            "clerk": chance.random.choice(CLERKS), "source": facts["source"],
            "emergency_phone": chance.mobile() if chance.often(0.3) else None,
        }  # fmt: skip
        if rented:
            said |= {
                "landlord_rel": "1", "landlord_name": chance.name(), "landlord_phone": chance.mobile(),
                "lease_from": arrived.isoformat(), "lease_to": (arrived + timedelta(days=365)).isoformat(),
            }  # fmt: skip
        if chance.often(0.4):
            said |= {"permit_no": f"1502{chance.random.randrange(10**8):08d}",
                     "permit_due": (day + timedelta(days=365)).isoformat()}  # fmt: skip
        if chance.often(0.15):
            left = day + timedelta(days=chance.random.randrange(30, 400))
            said |= {"leave_date": left.isoformat(), "leave_reason": chance.pick(("1", 8), ("2", 1))}
        return Change("residence_reg", chance.record_id(at_ms), Op.CREATE, {k: v for k, v in said.items() if v})

    def _number(self, grid: str, year: int) -> str:
        community = next(name for code, name in communities() if grid.startswith(code))
        serial = self._serial[community, year] = self._serial.get((community, year), 0) + 1
        return RESIDENCE_NUMBER.number(year=year, district="白矿", unit=community[:2], serial=serial)

    def _movements(self, chance: Chance, at_ms: int, reg: Change) -> Iterator[Change]:
        yield _movement(chance.record_id(at_ms + 2), reg, "登记", str(reg.fields["reg_date"]))
        if "leave_date" in reg.fields:
            left = date.fromisoformat(reg.fields["leave_date"])
            later = at_ms + (left - day_of(at_ms)).days * 86_400_000
            yield _movement(chance.record_id(later), reg, "注销", left.isoformat())

    def _member(
        self, chance: Chance, at_ms: int, n: int, person: str, household: str, facts: dict[str, Any]
    ) -> Iterator[Change]:
        if not household:
            household = chance.record_id(at_ms + 700)
            fields = {"area": facts["area"], "house": facts["house"], "head": person}
            yield Change("household", household, Op.CREATE, fields)
        kin = "02" if n == 0 else chance.pick(("10", 1), ("20", 1), ("30", 1))
        fields = {"household": household, "person": person, "kin": kin, "place": f"{n + 1}/1"}
        yield Change("household_member", chance.record_id(at_ms + 900), Op.CREATE, fields)


def _movement(record: str, reg: Change, verb: str, day: str) -> Change:
    step = next(s for s in REGISTRATION.steps if s.verb == verb)
    fields = {
        "subject_kind": reg.collection, "subject": reg.id, "verb": verb, "stated_date": day,
        "officer": reg.fields["clerk"], "article": step.cite.citation if step.cite else None, "judgement": "accepted",
        FOUND: [*step.sets, "biz_no"] if step.number else list(step.sets),
    }  # fmt: skip
    return Change(MOVEMENT, record, Op.CREATE, fields)


@cache
def communities() -> list[tuple[str, str]]:
    """(code, name) of the district's communities, named as in addresses: 宝山社区."""
    rows = [values for _, _, values in organisations(DISTRICT) if values["level"] == areas.COMMUNITY]
    return [(row["code"], row["name"].removesuffix("居委会")) for row in rows]
