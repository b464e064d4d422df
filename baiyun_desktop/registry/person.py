"""A person, once for all six mandates, and the documents by which they are known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy.orm import Mapped

from baiyun_desktop.kernel.field import Asked, Key, field
from baiyun_desktop.kernel.mask import Mask, masked
from baiyun_desktop.kernel.merging import Policy, Row
from baiyun_desktop.kernel.record import Record
from baiyun_desktop.registry import address, citizen_id, names, phone, pinyin
from baiyun_desktop.registry.sameness import SAME_PERSON

IDENTITY = "证件"
DWELLING = "住址"


class Person(Record, title="人员", en="Person", area="area", uniques=(SAME_PERSON,)):
    """Master record (人员主档). ID number, birth date and sex mean one thing and merge as one; so do house and address."""

    __tablename__ = "person"

    name: Mapped[str | None] = field(
        "姓名", en="Name", asked=Asked.FIRST, mask=Mask.NAME, search=Key.CHARACTERS, listed=10,
        most=names.CHARS_MAX,
    )  # fmt: skip
    id_type: Mapped[str | None] = field(
        "证件类型", section=IDENTITY, en="Document", codes="ID_TYPE", group="identity", asked=Asked.AUTO
    )
    id_no: Mapped[str | None] = field(
        "证件号码", section=IDENTITY, en="ID number", group="identity", asked=Asked.FIRST, mask=Mask.ID,
        search=Key.ID_TAIL, listed=20, index=True, help="可输入15位或18位，全角、空格、小写x均可",
    )  # fmt: skip
    sex: Mapped[str | None] = field(
        "性别", section=IDENTITY, en="Sex", codes="SEX", group="identity", asked=Asked.STEP, listed=5
    )
    birth_date: Mapped[date | None] = field(
        "出生日期", section=IDENTITY, en="Born", group="identity", asked=Asked.STEP, listed=11
    )
    birth_precision: Mapped[str | None] = field(
        "出生日期精度", section=IDENTITY, en="Birth date known to", codes="BIRTH_PRECISION", group="identity",
        asked=Asked.AUTO,
    )  # fmt: skip
    id_verified: Mapped[str | None] = field(
        "核验方式", section=IDENTITY, en="Verified by", codes="ID_VERIFIED", policy=Policy.LATEST, asked=Asked.AUTO
    )
    no_id_reason: Mapped[str | None] = field("无证件原因", section=IDENTITY, en="Why no document", codes="NO_ID_REASON")
    ethnic: Mapped[str | None] = field("民族", en="Ethnicity", codes="ETHNIC", asked=Asked.STEP, copy_down=True)
    former_name: Mapped[str | None] = field(
        "曾用名", en="Former name", mask=Mask.NAME, search=Key.CHARACTERS, most=names.CHARS_MAX
    )
    name_native: Mapped[str | None] = field(
        "民族文字姓名", en="Name in own script", mask=Mask.NAME, most=names.CHARS_MAX
    )
    name_latin: Mapped[str | None] = field(
        "外文名", en="Name in Latin letters", mask=Mask.NAME, search=Key.CHARACTERS, most=names.CHARS_MAX
    )
    nationality: Mapped[str | None] = field("国籍", en="Nationality", help="GB/T 2659，未填即中国")
    phone: Mapped[str | None] = field(
        "手机", section="联系", en="Mobile", asked=Asked.STEP, mask=Mask.PHONE, search=Key.PHONE_TAIL, listed=13
    )
    phone2: Mapped[str | None] = field(
        "其他电话", section="联系", en="Other phone", mask=Mask.PHONE, search=Key.PHONE_TAIL
    )
    phone_owner: Mapped[str | None] = field("电话机主", section="联系", en="Whose phone", codes="PHONE_OWNER")
    languages: Mapped[list[str] | None] = field(
        "语言", section="联系", en="Languages", codes="LANGUAGE", policy=Policy.UNION
    )
    hukou_code: Mapped[str | None] = field(
        "户籍地区划", section="户籍", en="Home district", codes="DIVISION", group="hukou", copy_down=True
    )
    hukou_addr: Mapped[str | None] = field(
        "户籍地", section="户籍", en="Home address", group="hukou", asked=Asked.STEP, mask=Mask.ADDRESS,
        copy_down=True, long=True,
    )  # fmt: skip
    area: Mapped[str | None] = field("所属社区/网格", section=DWELLING, en="Area", asked=Asked.AUTO)
    house: Mapped[str | None] = field("现住房屋", section=DWELLING, en="House", ref="house", group="dwelling")
    live_addr: Mapped[str | None] = field(
        "现住地址", section=DWELLING, en="Address", group="dwelling", asked=Asked.FIRST, mask=Mask.ADDRESS,
        search=Key.CHARACTERS, listed=28, copy_down=True,
    )  # fmt: skip
    resident_type: Mapped[str | None] = field("人员类型", en="Resident type", codes="RESIDENT_TYPE", asked=Asked.AUTO)
    status: Mapped[str | None] = field("状态", en="Status", codes="PERSON_STATUS", asked=Asked.AUTO)
    status_date: Mapped[date | None] = field("状态日期", en="Status since", asked=Asked.AUTO)
    occupation: Mapped[str | None] = field("职业", section="就业与其他", en="Occupation", codes="OCCUPATION")
    work_unit: Mapped[str | None] = field(
        "服务处所", section="就业与其他", en="Employer", search=Key.CHARACTERS, copy_down=True
    )
    marital: Mapped[str | None] = field("婚姻状况", section="就业与其他", en="Marital status", codes="MARITAL")
    edu: Mapped[str | None] = field("学历", section="就业与其他", en="Education", codes="EDU")
    politics: Mapped[str | None] = field("政治面貌", section="就业与其他", en="Party", codes="POLITICS")
    guardian: Mapped[str | None] = field("监护人", section="就业与其他", en="Guardian", ref="person")
    remark: Mapped[str | None] = field("备注", section="就业与其他", en="Remarks", long=True)
    source: Mapped[str | None] = field("来源", section="就业与其他", en="Source", codes="SOURCE", asked=Asked.AUTO)

    name_py: Mapped[str | None] = field("拼音", en="Pinyin", derived=True, search=Key.PINYIN, index=True)
    name_initials: Mapped[str | None] = field("拼音首字母", en="Initials", derived=True, search=Key.INITIALS)
    id_checked: Mapped[bool | None] = field("号码完整", section=IDENTITY, en="Number checked", derived=True)
    door: Mapped[str | None] = field("门号", section=DWELLING, en="Door", derived=True, search=Key.DOOR, index=True)

    @classmethod
    def derive(cls, values: Row) -> dict[str, Any]:
        """Readings of the name, whether the ID number is whole, and the door of the address."""
        readings, initials = pinyin.columns(values.get("name"))
        return {
            "name_py": readings,
            "name_initials": initials,
            "id_checked": citizen_id.parse(values.get("id_no")).checked,
            "door": address.parse(values.get("live_addr")).door or None,
        }

    @classmethod
    def title_of(cls, values: Row) -> str:
        return str(values.get("name") or "（未填姓名）")

    @classmethod
    def subtitle_of(cls, values: Row) -> str:
        """What tells two people of one name apart, masked as in a list."""
        parts = (
            str(values.get("birth_date") or ""),
            masked(Mask.ID, values.get("id_no")),
            masked(Mask.PHONE, values.get("phone")),
            str(values.get("live_addr") or ""),
        )
        return " · ".join(p for p in parts if p)

    @classmethod
    def search_keys(cls, values: Row) -> Iterable[tuple[Key, str]]:
        """As declared, with telephone numbers as bare digits."""
        for key, text in super().search_keys(values):
            bare = phone.digits(text) if key is Key.PHONE_TAIL else text
            if bare:
                yield key, bare


class PersonIdentity(Record, title="证件", en="Document", parent=("person", "person")):
    """One more document of a person: an old 15-digit number, a permit, a passport."""

    __tablename__ = "person_identity"

    person: Mapped[str | None] = field("人员", en="Person", ref="person")
    id_type: Mapped[str | None] = field(
        "证件类型", en="Document", codes="ID_TYPE", group="identity", asked=Asked.FIRST, listed=12
    )
    id_no: Mapped[str | None] = field(
        "证件号码", en="Number", group="identity", asked=Asked.FIRST, mask=Mask.ID, search=Key.ID_TAIL, listed=20
    )
    valid_from: Mapped[date | None] = field("有效期起", en="Valid from")
    valid_to: Mapped[date | None] = field("有效期止", en="Valid to", listed=11)
    issuer: Mapped[str | None] = field("签发机关", en="Issued by")
    is_primary: Mapped[bool | None] = field("主要证件", en="Primary")
    verified: Mapped[str | None] = field(
        "核验方式", en="Verified by", codes="ID_VERIFIED", policy=Policy.LATEST, asked=Asked.AUTO
    )
    source: Mapped[str | None] = field("来源", en="Source", codes="SOURCE", asked=Asked.AUTO)


def from_id(id_no: str | None, *, today: date) -> dict[str, Any]:
    """What an ID number says by itself and nobody needs to type: kind, birth date, sex, home district.

    Empty for a number that is not whole: what a damaged number seems to say is not to be trusted.
    """
    number = citizen_id.parse(id_no, today=today)
    if not number.checked:
        return {}
    said = {
        "id_type": number.id_type,
        "birth_date": number.birth.isoformat() if number.birth else None,
        "birth_precision": "D" if number.birth else None,
        "sex": number.sex,
        "hukou_code": number.area,
    }
    return {name: value for name, value in said.items() if value is not None}


def tidied(values: Row) -> dict[str, Any]:
    """A person's values as they are stored: one kind of dot in names, half-width ID number, bare telephone numbers."""
    stored = dict(values)
    for name in ("name", "former_name", "name_native", "name_latin"):
        if isinstance(stored.get(name), str):
            stored[name] = names.normalise(stored[name]) or None
    if stored.get("id_no") is not None:
        stored["id_no"] = citizen_id.parse(stored["id_no"]).normal or None
    for name in ("phone", "phone2"):
        if stored.get(name) is not None:
            stored[name] = phone.normalise(stored[name]) or None
    return stored
