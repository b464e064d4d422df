"""What is odd in a row, named by row and cell in words a clerk can act on; nothing here ever keeps a row out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """How much a finding matters to the clerk."""

    NOTE = "提示"  # set right by the program, or worth knowing
    CHECK = "请核对"  # may be right: look at the card or ask the person
    WRONG = "有误"  # cannot be right, or is missing; the row is imported all the same


class Oddity(Enum):
    """What can be odd: severity, what is wrong, what to do. `{value}` and `{more}` are filled in."""

    NO_NAME = (Severity.WRONG, "没有姓名", "请补填姓名")
    TOO_LONG = (Severity.WRONG, "“{value}…”有 {more} 字，姓名没有这么长", "已录入前面一段，全文记在备注里；请核对")
    NO_ID = (Severity.WRONG, "没有证件号码", "已照样导入；请补录证件号码，或选无证件原因")
    ID15 = (Severity.NOTE, "15 位旧身份证号“{value}”", "可用；升为 18 位应是 {more}，见原件后再改")
    FULLWIDTH = (Severity.NOTE, "证件号码用了全角数字", "已按半角 {more} 录入")
    BAD_CHECK = (Severity.WRONG, "身份证号“{value}”校验码不符", "已按原样保留、不作已核验号码；请对照原件改正")
    ID_DAMAGED = (
        Severity.WRONG,
        "身份证号被 Excel 当作数字，后几位已丢失（{value}）",
        "已照样导入、不作已核验号码；请对照原件补录，并把该列设为文本格式",
    )
    ID_ODD = (Severity.CHECK, "“{value}”不像身份证号（{more}）", "已按原样保留；若是其他证件请选证件类型")
    ID_NO_SUCH_DAY = (Severity.CHECK, "身份证号“{value}”中的{more}", "已按原样保留；以证件为准")
    ID_DITTO = (Severity.WRONG, "证件号码写的是“{value}”", "号码不能同上，已按没有号码导入；请补录")
    BIRTH_DIFFERS = (Severity.CHECK, "出生日期 {value} 与身份证号中的 {more} 不一致", "已按身份证号录入；请核对")
    SEX_DIFFERS = (Severity.CHECK, "性别“{value}”与身份证号中的“{more}”不一致", "已按身份证号录入；请核对")
    BIRTH_FROM_DAMAGED = (Severity.NOTE, "号码只剩前 15 位可靠", "出生日期 {more} 取自其中未损的部分；请核对")
    DITTO = (Severity.NOTE, "“{value}”", "已按上一行填为“{more}”")
    DITTO_ALONE = (Severity.WRONG, "“{value}”，但上面没有可照填的内容", "已留空；请补填")
    BAD_DATE = (Severity.WRONG, "“{value}”{more}", "已留空；请按 2026-01-05 的样子改写")
    PART_DATE = (Severity.NOTE, "“{value}”只到{more}", "已按其中第一天录入；知道确切日期后请改")
    DATE_ORDER = (Severity.CHECK, "登记日期 {value} 早于来本地日期 {more}", "已按原样录入；请核对哪个有误")
    HAS_LEFT = (Severity.CHECK, "已于 {value} 离开", "已按登记导入并在备注中写明；请办理注销")
    FUTURE_DATE = (Severity.CHECK, "日期 {value} 在今天以后", "已按原样录入；请核对")
    UNKNOWN_CODE = (Severity.CHECK, "“{value}”不在“{more}”的选项里", "已按原样保留；请改选一项")
    ODD_PHONE = (Severity.CHECK, "“{value}”不像电话号码", "已按原样保留；请核对")
    NO_ADDRESS = (Severity.WRONG, "没有现住址", "已照样导入；请补填住址")
    NO_DOOR = (Severity.CHECK, "住址“{value}”没有写到门牌", "已按原样保留；请补楼号、单元和室号")
    ELSEWHERE = (Severity.CHECK, "“{value}”不属于{more}", "已照样导入到本社区；请核对是否该由别的社区登记")
    UNKNOWN_GRID = (Severity.CHECK, "网格“{value}”认不出", "已归到社区；请改选网格")
    DUPLICATE = (Severity.CHECK, "与第 {value} 行是同一条登记", "只导入一次；若确是两条登记，请改正后再导入本行")
    SAME_PERSON = (
        Severity.CHECK,
        "与第 {value} 行是同一人，{more}",
        "两条登记都导入，人员只建一份；请核对是否其中一条该注销",
    )
    SAME_ID = (Severity.CHECK, "与第 {value} 行证件号码相同而姓名不同", "两行都照样导入；请核对号码")
    KNOWN = (Severity.NOTE, "已有这条登记", "不再重复添加")
    KNOWN_DIFFERS = (Severity.CHECK, "已有这条登记，但{more}", "已有的资料未改动；要改请打开该登记")
    KNOWN_HOUSE = (Severity.NOTE, "已有这处房屋", "不再重复添加")
    KNOWN_PERSON = (Severity.NOTE, "已有此人", "只添加这条登记{more}")
    HIDDEN_ROW = (Severity.NOTE, "这一行在原表中被隐藏", "已照样导入；若不该导入请取消勾选")
    NOT_YET_STEP = (Severity.CHECK, "还不能办理登记：{more}", "已存为草稿；补齐后办理登记")

    @property
    def severity(self) -> Severity:
        return self.value[0]


@dataclass(frozen=True, slots=True)
class Finding:
    """One oddity in one cell of one row. `row` is the row as the clerk sees it; `column` its letters, or ""."""

    oddity: Oddity
    sheet: str
    row: int
    column: str = ""
    header: str = ""
    value: str = ""
    more: str = ""

    @property
    def severity(self) -> Severity:
        return self.oddity.severity

    @property
    def what(self) -> str:
        """What is wrong."""
        return self._filled(self.oddity.value[1])

    @property
    def todo(self) -> str:
        """What was done, and what the clerk may do."""
        return self._filled(self.oddity.value[2])

    @property
    def where(self) -> str:
        """The cell as Excel names it, with its header."""
        cell = f"{self.column}{self.row}" if self.column else f"第 {self.row} 行"
        return f"{cell}（{self.header}）" if self.header else cell

    def __str__(self) -> str:
        return f"{self.where}：{self.what}。{self.todo}。"

    def _filled(self, text: str) -> str:
        return text.replace("{value}", self.value).replace("{more}", self.more)
