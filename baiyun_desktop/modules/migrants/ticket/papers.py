"""What the counter prints of a ticket: receipt, one-time notice, the sheet that hands it on, and the resident's rating."""

from __future__ import annotations

from typing import Any

from baiyun_desktop.kernel.from_fields import paper_of
from baiyun_desktop.kernel.loaded import Loaded
from baiyun_desktop.kernel.mask import Mask
from baiyun_desktop.kernel.paper import Cell, Grid, Look, Prose, Show, Signature, Signatures
from baiyun_desktop.modules.migrants.codes import SATISFACTION
from baiyun_desktop.modules.migrants.printing import handing_on, home, labels, notice, numbered
from baiyun_desktop.modules.migrants.ticket.rules import in_order

KIND = "service_ticket"
MATERIALS = "item.service_material"
NOT_ASKED = "1"
"""未评价: nobody ticks that."""


def _matter(loaded: Loaded) -> Any:
    """What somebody came for: the catalogue's word, else their own."""
    return loaded.get("item.name") or loaded.get("wish")


def _taken_in(loaded: Loaded) -> dict[str, Any]:
    """What the receipt says of who does it and by when; handed on, it names that office and its telephone."""
    who = [loaded.get("forwarded_org") or loaded.get("item.dept"), loaded.get("forwarded_phone")]
    return {
        **numbered(loaded),
        "matter": _matter(loaded),
        "by": loaded.get("promised_on") or loaded.get("item.time_limit"),
        "who": "　".join(str(part) for part in who if part) or None,
        "to_complete": loaded.said("missing"),
    }


RECEIPT = paper_of(
    KIND, "ticket_receipt", "受理回执",
    (
        Grid("", (
            (Cell("姓名", "person.name"),),
            (Cell("证件号码", "person.id_no", mask=Mask.ID),),
            (Cell("办理事项", "matter"),),
            (Cell("受理日期", "accepted_on", Show.DATE),),
            (Cell("谁来办", "who"),),
            (Cell("什么时候办好", "by", Show.DATE),),
            (Cell("收费", "item.fee"),),
        ), columns=1),
        Prose("请您留意", "请保管好这张回执。想知道办到哪一步，打上面的电话，报编号就行。办好了我们打电话通知您。"),
        Signatures((Signature("受理单位（印章）", seal=True), Signature("经办人", key="officer"))),
    ),
    more=_taken_in, look=Look.SLIP,
)  # fmt: skip
"""受理回执, for the resident's hand: numbers masked."""


def _lacking(loaded: Loaded) -> dict[str, Any]:
    """What is missing, with what the catalogue says of each; what it does not know is only named."""
    listed = [material.values for material in loaded.others.get(MATERIALS, ())]
    known = {material.get("name"): material for material in in_order(listed)}
    return {
        "matter": _matter(loaded),
        "handed": loaded.said("handed_in"),
        "lacking": [_line(name, known.get(name, {})) for name in loaded.get("missing") or ()],
        "limit": loaded.get("item.time_limit"),
        "told": loaded.get("told_on"),
        "minor": numbered(loaded)["minor"],
    }


def _line(name: str, material: Any) -> dict[str, Any]:
    held = "本所已有的免交" if material.get("shared") else ""
    instead = "；".join(part for part in (material.get("instead"), held) if part)
    return {"name": name, "form": material.get("form"), "copies": material.get("copies"), "instead": instead}


NOTICE = notice(KIND, "ticket_notice", _lacking, ("item", MATERIALS))


def _handed_on(loaded: Loaded) -> dict[str, Any]:
    return {
        **numbered(loaded),
        "to": loaded.get("forwarded_org") or loaded.get("item.dept"),
        "to_phone": loaded.get("forwarded_phone") or loaded.get("item.dept_phone"),
        "sent": loaded.get("forwarded_on"),
        "home": home(loaded),
        "matter": _matter(loaded),
        "by": loaded.get("promised_on"),
        "facts": loaded.get("wish"),
        "papers": loaded.said("handed_in"),
        "wish": "请在时限内办理并告知办事人；不属贵单位职责的，请写明依据和应办单位，及时退回。",
    }


FORWARD = handing_on(KIND, "ticket_forward", _handed_on, ("item",))

RATING = paper_of(
    KIND, "ticket_rating", "服务评价单",
    (
        Grid("", (
            (Cell("办理事项", "matter"),),
            (Cell("办结日期", "done_on", Show.DATE),),
            (Cell("您觉得", "satisfaction", Show.CHOICE, options=labels(SATISFACTION, NOT_ASKED)),),
            (Cell("跑了几趟", "pen_trips", Show.CHOICE, options=("一趟", "两趟", "三趟以上")),),
            (Cell("意见建议", "comment", lines=4),),
        ), columns=1),
        Prose("请您评一评", "在方框里打勾就行，不用写名字。您说不满意的，我们会回访改进。"),
        Signatures((Signature("评价日期"),)),
    ),
    more=lambda loaded: {**numbered(loaded), "matter": _matter(loaded)}, needs=("item",), look=Look.SLIP,
)  # fmt: skip
"""服务评价单, in large print with boxes to tick; it names nobody."""

PAPERS = (RECEIPT, NOTICE, FORWARD, RATING)
