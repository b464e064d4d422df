"""What several papers of the centre have in common: who somebody is, the one-time notice, the sheet that hands a matter on.

A key that begins with `pen_` is left to the pen: nobody keeps a field for it.
"""

from __future__ import annotations

from typing import Any

from baiyun_desktop.kernel.article import Article
from baiyun_desktop.kernel.codes import CodeList
from baiyun_desktop.kernel.covering import is_minor
from baiyun_desktop.kernel.from_fields import More, paper_of
from baiyun_desktop.kernel.loaded import Loaded
from baiyun_desktop.kernel.mask import Mask
from baiyun_desktop.kernel.paper import (
    Cell,
    Column,
    Grid,
    Notes,
    PaperSpec,
    Prose,
    Rows,
    Show,
    Signature,
    Signatures,
)
from baiyun_desktop.kernel.step import as_day
from baiyun_desktop.registry.citizen_id import age_on

TELLING = "telling"
"""The number series of one-time notices (告)."""


def person_rows(at: str = "person") -> tuple[tuple[Cell, ...], ...]:
    """The boxes that say who somebody is, by the path to that person; a name may have thirty characters."""
    return (
        (Cell("姓名", f"{at}.name", span=2), Cell("性别", f"{at}.sex")),
        (Cell("证件类型", f"{at}.id_type"), Cell("证件号码", f"{at}.id_no", span=2, mask=Mask.ID)),
        (
            Cell("出生日期", f"{at}.birth_date", Show.DATE),
            Cell("民族", f"{at}.ethnic"),
            Cell("联系电话", f"{at}.phone", mask=Mask.PHONE),
        ),
    )


def labels(codes: CodeList, *without: str) -> tuple[str, ...]:
    """The words of a code list as boxes to tick."""
    return tuple(code.label for code in codes.offered() if code.code not in without)


def notes(*articles: Article) -> Notes:
    """The articles behind a paper in plain words."""
    return Notes(tuple(f"{article.citation}：{article.plain}" for article in articles))


def years(loaded: Loaded, at: str = "person") -> int | None:
    """How old somebody is today; None where that is not known."""
    born = as_day(loaded.get(f"{at}.birth_date"))
    return age_on(born, loaded.setting.today) if born is not None else None


def is_child(loaded: Loaded, at: str = "person") -> bool:
    """Whether numbers are hidden whole on what goes out."""
    return is_minor({"birth_date": loaded.get(f"{at}.birth_date")}, loaded.setting.today)


def numbered(loaded: Loaded) -> dict[str, Any]:
    """The record's own number as the paper's, and whether it is about a child."""
    return {"number": loaded.get("biz_no"), "minor": is_child(loaded)}


def home(loaded: Loaded, reg: str = "reg") -> Any:
    """Where somebody lives, as the registration says."""
    return loaded.get(f"{reg}.live_addr") or loaded.get(f"{reg}.house.full_text") or loaded.get("person.live_addr")


def notice(kind: str, name: str, more: More, needs: tuple[str, ...], *law: Article) -> PaperSpec:
    """一次性告知单: what was handed in, and all that is missing, said once.

    `more` says "matter", "handed" (a list), "lacking" (lines of name, form, copies, instead), "limit" and "told".
    """
    return paper_of(
        kind, name, "一次性告知单",
        (
            Grid("", (
                (Cell("办事人", "person.name"), Cell("证件号码", "person.id_no", mask=Mask.ID)),
                (Cell("办理事项", "matter"), Cell("告知日期", "told", Show.DATE)),
                (Cell("已交材料", "handed", Show.CHOICE, span=2),),
            ), columns=2),
            Rows("还需补齐的材料", "lacking", (
                Column("材料名称", "name", 3.4), Column("形式", "form", 1.1), Column("份数", "copies", 0.7),
                Column("可以替代或承诺的", "instead", 2.2),
            ), at_least=3),
            Grid("", ((Cell("办理时限", "limit"), Cell("咨询电话", "phone")),), columns=2),
            Prose("请您留意", "以上一次说清。补齐后不必重新排队，请直接到本窗口；我们手里已有的材料不用再交。"
                  "材料开具有困难的，请打上面的电话，我们帮您想办法。"),
            Signatures((Signature("办事人（签名）"), Signature("告知人（签名）", key="officer"),
                        Signature("告知单位（印章）", seal=True))),
            *((notes(*law),) if law else ()),
        ),
        more=more, needs=("person", *needs), pattern=TELLING,
    )  # fmt: skip


def lines(names: Any) -> list[dict[str, Any]]:
    """Missing papers of which nothing but the name is known."""
    return [{"name": name} for name in names or ()]


def handing_on(kind: str, name: str, more: More, needs: tuple[str, ...], *law: Article) -> PaperSpec:
    """转办单: hands a matter to whose it is, with the facts that it carries and a slip that comes back.

    Unmasked, since the office it goes to has to find the person. `more` says "to", "to_phone", "sent", "matter",
    "facts", "papers" (a list), "by" (until when) and "wish" (what is asked of the office).
    """
    return paper_of(
        kind, name, "转办单",
        (
            Grid("转往", (
                (Cell("转往单位", "to", span=2),),
                (Cell("联系电话", "to_phone"), Cell("转办日期", "sent", Show.DATE)),
            ), columns=2),
            Grid("办事人", (
                (Cell("姓名", "person.name", span=2), Cell("性别", "person.sex")),
                (Cell("证件号码", "person.id_no", span=2), Cell("联系电话", "person.phone")),
                (Cell("现住址", "home", span=3),),
            )),
            Grid("事项", (
                (Cell("转办事项", "matter", span=2), Cell("希望办结", "by", Show.DATE)),
                (Cell("情况", "facts", span=3, lines=4),),
                (Cell("随附材料", "papers", Show.CHOICE, span=3),),
            )),
            Grid("", ((Cell("办理要求", "wish", span=3, lines=2),),), keep=True),
            Signatures((Signature("转办人（签名）", key="officer"), Signature("转办单位（印章）", seal=True))),
            Grid("回执（请转往单位填写后退回）", (
                (Cell("签收人", "pen_taken_by"), Cell("签收日期", "pen_taken_on"), Cell("联系电话", "pen_taken_phone")),
                (Cell("办理结果", "pen_came_of_it", span=3, lines=2),),
            ), keep=True),
            Signatures((Signature("经办人（签名）"), Signature("办理单位（印章）", seal=True))),
            *((notes(*law),) if law else ()),
        ),
        more=more, needs=("person", *needs), masked=False,
    )  # fmt: skip
