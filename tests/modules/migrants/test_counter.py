"""The counter's view: all of the people whom it registers, and nothing that says who may do what."""

from __future__ import annotations

from baiyun_desktop.kernel.role import POWERS, Role
from baiyun_desktop.modules.migrants import counter
from sync.district.sight import sights_of
from sync.system import with_system
from tests.end2end.offices import PROGRAM

SCHEMA = with_system(PROGRAM.schema)
GOVERNANCE = {"post", "officer", "approval", "audit_entry", "party_link", "rescue"}


def test_every_role_holds_its_area_through_a_view_that_there_is() -> None:
    assert {powers.view for powers in POWERS.values()} - {""} == {POWERS[Role.MIGRANT_COUNTER].view}
    assert SCHEMA.views[POWERS[Role.MIGRANT_COUNTER].view] is counter.VIEW


def test_whom_a_registration_brings_along_the_counter_sees_whole() -> None:
    shows_all = sights_of(SCHEMA).shows_all
    for kind in ("person", "house", "household", "residence_reg"):
        assert shows_all(counter.VIEW.name, kind), f"the district would refuse what names a {kind}"
    assert counter.VIEW.fields.keys() <= SCHEMA.collections.keys()
    assert not GOVERNANCE & counter.VIEW.fields.keys()
