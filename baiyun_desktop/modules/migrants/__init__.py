"""流动人口服务中心: people from elsewhere are registered once, in one sheet for a family, with a receipt in hand."""

from __future__ import annotations

from baiyun_desktop.kernel.module import Module
from baiyun_desktop.modules.migrants import codes, counter, documents, law, ledgers, lists, visiting
from baiyun_desktop.modules.migrants.aid import papers as aid_papers
from baiyun_desktop.modules.migrants.aid.legal import LegalAid
from baiyun_desktop.modules.migrants.aid.legal_procedure import LEGAL
from baiyun_desktop.modules.migrants.aid.relief import CASE, ReliefCase
from baiyun_desktop.modules.migrants.jobs import papers as job_papers
from baiyun_desktop.modules.migrants.jobs.procedure import MATCH, POST, SEEKER
from baiyun_desktop.modules.migrants.jobs.records import JobMatch, JobPost, JobSeeker
from baiyun_desktop.modules.migrants.onward import ONWARD
from baiyun_desktop.modules.migrants.permit import papers as permit_papers
from baiyun_desktop.modules.migrants.permit.procedure import PERMIT
from baiyun_desktop.modules.migrants.permit.records import PermitEndorse, ResidencePermit
from baiyun_desktop.modules.migrants.registration.procedure import REGISTRATION
from baiyun_desktop.modules.migrants.registration.records import ResidenceReg
from baiyun_desktop.modules.migrants.rental import papers as rental_papers
from baiyun_desktop.modules.migrants.rental.procedure import LETTING, VISIT
from baiyun_desktop.modules.migrants.rental.records import Inspect, Landlord, RentalHouse
from baiyun_desktop.modules.migrants.school import papers as school_papers
from baiyun_desktop.modules.migrants.school.procedure import SCHOOL
from baiyun_desktop.modules.migrants.school.records import SchoolNeed
from baiyun_desktop.modules.migrants.ticket import catalogue
from baiyun_desktop.modules.migrants.ticket import papers as ticket_papers
from baiyun_desktop.modules.migrants.ticket.item import ServiceItem, ServiceMaterial
from baiyun_desktop.modules.migrants.ticket.procedure import TICKET
from baiyun_desktop.modules.migrants.ticket.records import HealthMatter, InsuranceMatter, ServiceTicket

MODULE = Module(
    name="migrants",
    title="流动人口",
    en="Migrants",
    icon="migrants",
    records=(
        ResidenceReg,
        ResidencePermit,
        PermitEndorse,
        ServiceItem,
        ServiceMaterial,
        ServiceTicket,
        InsuranceMatter,
        HealthMatter,
        JobSeeker,
        JobPost,
        JobMatch,
        SchoolNeed,
        LegalAid,
        ReliefCase,
        Landlord,
        RentalHouse,
        Inspect,
    ),
    procedures=(REGISTRATION, PERMIT, TICKET, SEEKER, POST, MATCH, SCHOOL, LEGAL, CASE, LETTING, VISIT),
    papers=(
        documents.FORM,
        documents.RECEIPT,
        *permit_papers.PAPERS,
        *ticket_papers.PAPERS,
        *job_papers.PAPERS,
        *school_papers.PAPERS,
        *aid_papers.PAPERS,
        *rental_papers.PAPERS,
    ),
    ledgers=ledgers.LEDGERS,
    lists=lists.LISTS,
    sheets=(lists.FAMILY,),
    codes=codes.LISTS,
    numbers=codes.NUMBERS,
    laws=law.LAWS,
    onward=ONWARD,
    seeds=catalogue.items,
    visits=(visiting.WALK,),
    views=(counter.VIEW,),
)
