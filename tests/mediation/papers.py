"""人民调解受理登记表, in the sections that the ministry of justice prescribes."""

from __future__ import annotations

from typing import Any

from baiyun_desktop.kernel.from_fields import paper_of
from baiyun_desktop.kernel.loaded import Loaded
from baiyun_desktop.kernel.mask import Mask
from baiyun_desktop.kernel.paper import Cell, Grid, Prose, Show, Signature, Signatures


def _numbered(loaded: Loaded) -> dict[str, Any]:
    return {"number": loaded.get("biz_no")}


REGISTER_FORM = paper_of(
    "med_case", "mediation_register", "人民调解受理登记表",
    (
        Prose("", "本人民调解委员会经当事人同意，调解{applicant.name}、{respondent.name}之间的纠纷。"),
        Grid("", (
            (Cell("纠纷类型", "dtype"), Cell("受理日期", "accept_date", Show.DATE)),
            (Cell("申请人", "applicant.name"), Cell("联系电话", "applicant.phone", mask=Mask.PHONE)),
            (Cell("被申请人", "respondent.name"), Cell("联系电话", "respondent.phone", mask=Mask.PHONE)),
            (Cell("纠纷简要情况", "facts", span=2, lines=4),),
        ), columns=2),
        Signatures((Signature("当事人(签名)"), Signature("登记人(签名)", key="officer"),
                    Signature("调委会(印章)", seal=True))),
    ),
    more=_numbered, masked=False,
)  # fmt: skip
