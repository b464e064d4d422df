"""One of each matter of the centre, about people with names as long and rare as they get, to print and list them all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from baiyun_desktop.kernel.loaded import Loaded, Setting, load
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.modules.migrants import MODULE as MIGRANTS
from baiyun_desktop.registry.module import MODULE as REGISTRY
from sync.schema import Row
from tests.documents.office import HEADING
from tests.documents.sample import LONG_MONGOL

PROGRAM = Program((REGISTRY, MIGRANTS))
TODAY = date(2026, 11, 23)
GRID, GRID_NAME = "150206001006001", "宝山社区第一网格"
SETTING = Setting(PROGRAM, lambda area: GRID_NAME if area == GRID else str(area or ""), TODAY)
NUMBER = "(2026)白矿宝山告字第00012号"
ID, CHILD_ID, PHONE = "15020619650704028X", "150206202503010014", "13947212345"
RARE = "𠮷田·𡚸頔"
HUKOU = "内蒙古自治区包头市达尔罕茂明安联合旗百灵庙镇人口路12号院3号楼2单元502室"
FACTS = (
    f"申请人{LONG_MONGOL}自2026年3月起在白云宝山矿业选矿分公司从事选矿工作，双方没有签订书面劳动合同，"
    "约定月工资六千元。自2026年8月起单位以效益不好为由停发工资，至今拖欠三个月共一万八千元，多次索要未果；"
    "申请人有工资条、工友证言和微信聊天记录为证，请求支付拖欠的劳动报酬。"
)
_SOMEONE: dict[str, Any] = {"area": GRID, "person": "p1"}
ROWS: dict[str, list[dict[str, Any]]] = {
    "person": [
        {
            "id": "p1", "name": LONG_MONGOL, "sex": "2", "ethnic": "02", "id_type": "111", "id_no": ID,
            "birth_date": "1965-07-04", "phone": PHONE, "hukou_addr": HUKOU, "edu": "70", "occupation": "5",
            "work_unit": "白云宝山矿业有限责任公司选矿分公司", "live_addr": "宝山社区15号楼5单元102室",
        },
        {"id": "p2", "name": RARE, "sex": "1", "ethnic": "01", "id_no": CHILD_ID, "birth_date": "2025-03-01",
         "hukou_addr": HUKOU},
    ],
    "enterprise": [{"id": "e1", "name": "白云宝山矿业有限责任公司选矿分公司", "address": "矿山路街道铁矿大道88号"}],
    "house": [{"id": "h1", "area": GRID, "full_text": "宝山社区15号楼5单元102室", "house_type": "1"}],
    "residence_reg": [
        {
            **_SOMEONE, "id": "r1", "house": "h1", "biz_no": "(2026)白矿宝山居登字第00012号", "inflow_reason": "01",
            "dwelling": "02", "arrive_date": "2026-03-08", "reg_date": "2026-03-10", "landlord_name": "王公平",
            "declarer_name": RARE, "declarer_id": ID, "state": "ACTIVE",
        },
        {"id": "r2", "area": GRID, "person": "p2", "house": "h1", "with_reg": "r1", "arrive_date": "2026-03-08",
         "reg_date": "2026-03-10", "leave_date": "2026-11-01", "leave_reason": "1", "leave_to": "呼和浩特市",
         "state": "ENDED"},
    ],
    "residence_permit": [
        {
            **_SOMEONE, "id": "c1", "reg": "r1", "biz_no": "(2026)白矿宝山居证字第00012号", "state": "VALID",
            "reside_since": "2026-03-10", "basis": ["1", "2"], "proofs": ["11", "21"], "photo_held": True,
            "apply_by": "5", "agent_name": RARE, "agent_id": ID, "both_ids_seen": True, "accept_date": "2026-09-10",
            "fee": "1", "lacking": ["22", "42"], "told_on": "2026-09-01", "forwarded_on": "2026-09-11",
            "permit_no": "150206000123456", "issuer": "包头市公安局白云鄂博矿区分局", "issue_date": "2026-09-20",
            "endorse_from": "2027-08-20", "due_on": "2027-09-20",
        }
    ],
    "service_item": [
        {"id": "i1", "name": "随迁子女入学登记", "dept": "区教育局", "time_limit": "每年6月至8月集中办理", "fee": "免费",
         "family": "6"}
    ],
    "service_material": [
        {"id": "m1", "item": "i1", "place": "1", "name": "户口簿", "form": "原件", "copies": 1},
        {"id": "m2", "item": "i1", "place": "2", "name": "监护人居住证", "form": "复印件", "copies": 2, "shared": True,
         "instead": "可用居住登记凭证"},
    ],
    "service_ticket": [
        {
            **_SOMEONE, "id": "t1", "item": "i1", "biz_no": "(2026)白矿宝山窗服字第00012号", "channel": "1",
            "wish": f"孩子要转学，请打电话{PHONE}，证件{ID}",
            "handed_in": ["居民身份证", "学籍证明"], "missing": ["户口簿", "监护人居住证"],
            "told_on": "2026-11-20", "accepted_on": "2026-11-20", "promised_on": "2026-11-30",
            "forwarded_org": "区教育局基础教育股", "forwarded_phone": "0472-8512345", "forwarded_on": "2026-11-21",
            "result": "1", "done_on": "2026-11-22", "satisfaction": "5", "comment": "办得快", "state": "DONE",
        }
    ],
    "job_seeker": [
        {
            **_SOMEONE, "id": "s1", "trades": ["1", "4"], "skills": ["电焊", "叉车证"], "languages": ["zh", "mn"],
            "pay_wanted": 6000, "lodging_wanted": True, "free_from": "2026-12-01", "registered_on": "2026-11-20",
            "state": "LOOKING",
        }
    ],
    "job_post": [
        {"id": "o1", "enterprise": "e1", "post": "选矿车间电焊工", "trade": "1", "headcount": 3, "pay_from": 5500,
         "pay_to": 7500, "lodging": True, "place": "铁矿大道88号选矿车间", "contact": "苏和", "phone": "13904729999",
         "valid_to": "2026-12-31"}
    ],
    "job_match": [
        {"id": "x1", "area": GRID, "seeker": "s1", "post": "o1", "score": 92, "sent_on": "2026-11-21", "state": "SENT",
         "why": "工种相符；会电焊；月薪7500元，不低于期望的6000元；提供住宿"}
    ],
    "school_need": [
        {
            "id": "n1", "area": GRID, "child": "p2", "guardian": "p1", "guardian_phone": PHONE, "reg": "r1",
            "permit_no": "150206000123456", "current_school": "达茂旗百灵庙镇第一小学", "target_grade": "11",
            "wanted_school": "白云鄂博矿区第一小学", "enter_from": "2026-12-01", "special": "蒙古语授课",
            "applied_on": "2026-11-20", "result": "1", "placed_school": "白云鄂博矿区第一小学",
            "placed_on": "2026-11-22", "state": "PLACED",
        }
    ],
    "legal_aid_app": [
        {
            **_SOMEONE, "id": "a1", "reg": "r1", "biz_no": "(2026)白矿宝山援转字第00012号", "side": "1", "matter": "05",
            "form": "6", "employer": "e1", "amount": 18000, "facts": FACTS, "urgent": True, "income_basis": "4",
            "promised": True, "income": 4200, "members": 4, "missing": ["工资条", "工友证言"], "language": "mn",
            "told_on": "2026-11-21", "received_on": "2026-11-20", "claim_lapses": "2027-08-01", "state": "APPLIED",
        }
    ],
    "relief_case": [
        {**_SOMEONE, "id": "f1", "biz_no": "(2026)白矿宝山救转字第00012号", "kind": "1", "cause": "1", "facts": FACTS,
         "urgent": True, "submitted_on": "2026-11-20"}
    ],
    "landlord": [{"id": "l1", "area": GRID, "person": "p1", "phone": PHONE, "agent_name": RARE, "agent_phone": PHONE}],
    "rental_house": [
        {"id": "g1", "area": GRID, "house": "h1", "landlord": "l1", "rental_use": "1", "rental_mode": "2", "rooms": 3,
         "floor_area": 90, "people_max": 6, "lease_from": "2026-03-01", "lease_to": "2027-02-28", "rent": 1200,
         "hazards": ["1", "3"], "duty_signed_on": "2026-03-05", "registered_on": "2026-03-05",
         "last_visit_on": "2026-11-01", "state": "LET"}
    ],
}  # fmt: skip


class Centre:
    """The rows above, as a replica would give them."""

    def __init__(self, rows: dict[str, list[dict[str, Any]]] = ROWS) -> None:
        self._rows = rows

    def get(self, kind: str, record: str, /) -> Row | None:
        return next((row for row in self._rows.get(kind, []) if row["id"] == record), None)

    def children(self, kind: str, parent: str, /) -> Sequence[Row]:
        info = PROGRAM.kind(kind)
        assert info.parent is not None
        return self.sharing(kind, info.parent[0], parent)

    def sharing(self, kind: str, name: str, value: str, /) -> Sequence[Row]:
        return [row for row in self._rows.get(kind, []) if row.get(name) == value]


def record_of(kind: str, needs: Iterable[str], at: int = 0, **changed: Any) -> Loaded:
    """One record of a kind, loaded as a paper or a ledger asks."""
    return load(SETTING, Centre(), kind, {**ROWS[kind][at], **changed}, needs)


def empty_of(kind: str, needs: Iterable[str]) -> Loaded:
    """A record of which nothing is known."""
    return load(SETTING, Centre({}), kind, {"id": "none"}, needs)


OFFICE = replace(HEADING, district="白云鄂博矿区")
