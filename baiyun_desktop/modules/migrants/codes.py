"""The code lists of residence registration."""

from __future__ import annotations

from baiyun_desktop.kernel.codes import CodeList, read_csv
from baiyun_desktop.kernel.number import NumberPattern
from baiyun_desktop.kernel.resource import resource


def _list(name: str, title: str, file: str) -> CodeList:
    return read_csv(name, title, resource("codes", f"{file}.csv"))


INFLOW_REASON = _list("INFLOW_REASON", "居住事由", "inflow_reason")
DWELLING = _list("DWELLING", "住所类型", "dwelling")
LISTS = (
    INFLOW_REASON,
    DWELLING,
    _list("DECLARER", "申报义务人", "declarer"),
    _list("LANDLORD_REL", "与房主关系", "landlord_rel"),
    _list("LEAVE_REASON", "注销原因", "leave_reason"),
)

RESIDENCE_NUMBER = NumberPattern(name="residence", title="居住登记编号", word="居登")
