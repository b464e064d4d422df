"""流动人口服务中心: people from elsewhere are registered once, in one sheet for a family, with a receipt in hand."""

from __future__ import annotations

from baiyun_desktop.kernel.module import Module
from baiyun_desktop.modules.migrants import codes, counter, documents, law, lists
from baiyun_desktop.modules.migrants.procedure import REGISTRATION
from baiyun_desktop.modules.migrants.records import ResidenceReg

MODULE = Module(
    name="migrants",
    title="流动人口",
    en="Migrants",
    icon="migrants",
    records=(ResidenceReg,),
    procedures=(REGISTRATION,),
    papers=(documents.FORM, documents.RECEIPT),
    ledgers=(documents.LEDGER,),
    lists=lists.LISTS,
    sheets=(lists.FAMILY,),
    codes=codes.LISTS,
    numbers=(codes.RESIDENCE_NUMBER,),
    laws=(law.PERMIT_RULES, law.PRIVACY),
    views=(counter.VIEW,),
)
