"""The registry as one entry of the program: the shared nouns and their code lists."""

from __future__ import annotations

from baiyun_desktop.kernel import approval
from baiyun_desktop.kernel.approval import Approval
from baiyun_desktop.kernel.audit import AuditEntry
from baiyun_desktop.kernel.listing import ListSpec
from baiyun_desktop.kernel.module import Module
from baiyun_desktop.registry.administration import ADMINISTRATION
from baiyun_desktop.registry.codes import LISTS
from baiyun_desktop.registry.enterprise import Enterprise
from baiyun_desktop.registry.lookup import PARTY_VIEW, PartyLink
from baiyun_desktop.registry.officer import STATES, Officer
from baiyun_desktop.registry.organisation import Grid, Organisation
from baiyun_desktop.registry.person import Person, PersonIdentity
from baiyun_desktop.registry.place import AddressUnit, House, Household, HouseholdMember
from baiyun_desktop.registry.post import ROLES, Post

MODULE = Module(
    name="registry",
    title="主档",
    en="Registry",
    icon="people",
    records=(
        Organisation,
        Grid,
        Post,
        Officer,
        AddressUnit,
        House,
        Person,
        PersonIdentity,
        Household,
        HouseholdMember,
        Enterprise,
        PartyLink,
        Approval,
        AuditEntry,
    ),
    procedures=(approval.PROCEDURE,),
    views=(PARTY_VIEW, ADMINISTRATION),
    codes=(*LISTS, ROLES, STATES),
    lists=(
        ListSpec(
            name="people",
            title="人员",
            en="People",
            kind="person",
            columns=("name", "sex", "birth_date", "id_no", "phone", "live_addr", "work_unit"),
            sort=("name_py",),
        ),
        ListSpec(
            name="houses",
            title="房屋",
            en="Houses",
            kind="house",
            columns=("full_text", "house_type", "is_rental", "owner_name", "owner_phone"),
            sort=("full_text",),
        ),
    ),
)
