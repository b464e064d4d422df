"""What the three administrators' windows ask the district for and have it do: each a function of who asks and of what."""

from __future__ import annotations

from typing import Any

from baiyun_desktop.keys.spelled import fingerprint_words
from baiyun_desktop.registry.areas import OWN
from baiyun_desktop.registry.officer import OfficerState
from baiyun_desktop.replica.admin_messages import (
    CodeGiven,
    CodeWanted,
    DeedRow,
    Done,
    Holding,
    NewOfficer,
    NewPost,
    NewState,
    OfficerRow,
    Oneself,
    OrganisationRow,
    OrganisationWanted,
    PasswordWanted,
    PostRow,
    Revocation,
    Rights,
    Secret,
)
from sync.district.enrol import CODE_LIFE
from sync.enrolment import fingerprint

from . import officers, organisations
from .admin_door import Holder
from .assembly import Assembly
from .deeds import last
from .desks import end_right
from .enrolling import new_code
from .errors import Unfit
from .posts import arrange, desks_by_post, role_code, set_up
from .standing import OFFICER, POST, Row, records


def oneself(assembly: Assembly, holder: Holder) -> Oneself:
    """Who the token's holder is here."""
    role = holder.role.name if holder.role is not None else ""
    duties = sorted(duty.name for duty in holder.duties)
    return Oneself(holder.name, holder.login, role, duties, holder.until, _fingerprint(assembly))


def _fingerprint(assembly: Assembly) -> str:
    """In the groups that the PC's own page shows, to be compared by eye."""
    return fingerprint_words(fingerprint(assembly.certificates.ca_pem()))


# --- the system administrator ---------------------------------------------------------------------------------------


def list_posts(assembly: Assembly) -> list[PostRow]:
    """By organisation and name."""
    names, desks = _names(assembly), desks_by_post(assembly)
    staff = [row for row in records(assembly, OFFICER).values() if row.get("state") != OfficerState.LEFT.value]
    rows = sorted(records(assembly, POST).values(), key=lambda row: (row.get("organisation") or "", row["name"]))
    return [_post(row, names, len(desks.get(row["name"], ())), staff) for row in rows]


def _post(row: Row, names: dict[str, str], desks: int, staff: list[Row]) -> PostRow:
    grants, code = list(row.get("grants") or ()), str(row.get("organisation") or "")
    held = [grant.partition("|")[0] for grant in grants]
    holds = [names.get(area, area) for area in held if not area.startswith(OWN)] or held  # its own area has no name
    held_by = sorted(str(one.get("name")) for one in staff if row["id"] in (one.get("posts") or ()))
    return PostRow(row["name"], code, names.get(code, code), row.get("role") or "", grants, holds, desks, held_by)


def list_organisations(assembly: Assembly) -> list[OrganisationRow]:
    """By code, so that what lies below another stands below it."""
    found, names = assembly.organisations(), _names(assembly)
    posts = [row.get("organisation") for row in records(assembly, POST).values()]

    def row_of(code: str, row: dict[str, Any]) -> OrganisationRow:
        said = [str(row.get(name) or "") for name in ("name", "level", "parent_code", "leader", "phone")]
        name, level, parent, leader, phone = said
        values = {field: str(row[field]) for field in organisations.EDITABLE if row.get(field)}
        return OrganisationRow(code, name, level, names.get(parent, ""), leader, phone, posts.count(code), values)

    return [row_of(code, found[code]) for code in sorted(found)]


def make_post(assembly: Assembly, holder: Holder, wanted: NewPost) -> Done:
    """Without role and grants: those are not the system administrator's to give."""
    set_up(assembly, wanted.name, wanted.organisation, unit=wanted.unit, by=holder.by)
    return Done()


def put_organisation(assembly: Assembly, holder: Holder, wanted: OrganisationWanted) -> Done:
    """One more, or other facts of one that there is."""
    if wanted.new:
        organisations.enter(assembly, {**wanted.values, "code": wanted.code}, by=holder.by)
    else:
        organisations.change(assembly, wanted.code, wanted.values, by=holder.by)
    return Done()


def give_code(assembly: Assembly, holder: Holder, wanted: CodeWanted) -> CodeGiven:
    """For one more desk of a post that has been given its rights."""
    if not any(row.get("name") == wanted.post for row in records(assembly, POST).values()):
        raise Unfit(f"there is no post {wanted.post}", f"没有“{wanted.post}”这个岗位，请先设岗")
    code, holds = new_code(assembly, wanted.post, [], officer=wanted.officer, by=holder.by)
    return CodeGiven(str(code), holds, CODE_LIFE.days, _fingerprint(assembly))


def revoke(assembly: Assembly, holder: Holder, wanted: Revocation) -> Done:
    """Ends a desk's right, by its whole id."""
    found = next((seen for seen in assembly.district.fleet() if seen.replica == wanted.replica), None)
    if found is None:
        raise Unfit("there is no such desk", "没有这台电脑")
    if found.revoked:
        raise Unfit(f"{found.replica} is revoked already", "这台电脑已经撤销了")
    end_right(assembly, found, wanted.reason, wanted.reason if wanted.misused else "", by=holder.by)
    return Done(desks=1)


# --- the security administrator -------------------------------------------------------------------------------------


def list_officers(assembly: Assembly) -> list[OfficerRow]:
    """By log-in name; those who left come last."""
    known = records(assembly, POST)

    def row_of(row: Row) -> OfficerRow:
        posts = [known[post]["name"] for post in row.get("posts") or () if post in known]
        name, login, state = (str(row.get(field) or "") for field in ("name", "login", "state"))
        return OfficerRow(name, login, posts, state, bool(row.get("must_change")))

    found = [row_of(row) for row in records(assembly, OFFICER).values()]
    return sorted(found, key=lambda row: (row.state == OfficerState.LEFT.value, row.login))


def make_officer(assembly: Assembly, holder: Holder, wanted: NewOfficer) -> Secret:
    """The first password, to be handed over in person."""
    return Secret(officers.enter(assembly, wanted.name, wanted.login, wanted.posts, by=holder.by))


def hold(assembly: Assembly, holder: Holder, wanted: Holding) -> Done:
    """Other posts for an officer."""
    _refuse_oneself(holder, wanted.login)
    officers.alter(assembly, wanted.login, wanted.posts, by=holder.by)
    return Done()


def set_state(assembly: Assembly, holder: Holder, wanted: NewState) -> Done:
    """Lock, unlock, or left."""
    _refuse_oneself(holder, wanted.login)
    officers.set_state(assembly, wanted.login, OfficerState(wanted.state), by=holder.by)
    return Done()


def give_password(assembly: Assembly, holder: Holder, wanted: PasswordWanted) -> Secret:
    """A way back in for who forgot his password."""
    if wanted.challenge:
        return Secret(*officers.code_by_phone(assembly, wanted.login, wanted.challenge, wanted.desk, by=holder.by))
    return Secret(officers.reset_password(assembly, wanted.login, by=holder.by))


def set_rights(assembly: Assembly, holder: Holder, wanted: Rights) -> Done:
    """What a post may do and hold; its desks follow with their next round."""
    _, desks = arrange(assembly, wanted.post, role=role_code(wanted.role), areas=wanted.grants, by=holder.by)
    return Done(desks=len(desks))


def _refuse_oneself(holder: Holder, login: str) -> None:
    """Nobody locks himself out or gives himself posts."""
    if login == holder.login:
        raise Unfit("nobody does this to himself", "不能给自己调整岗位或停用自己，请由命令行办理")


# --- the auditor ----------------------------------------------------------------------------------------------------


def list_deeds(assembly: Assembly) -> list[DeedRow]:
    """What administrators have done, the newest first."""
    with assembly.snapshot() as conn:
        return [DeedRow(d.number, d.at, d.by, d.what, d.about, d.reason) for d in last(conn)]


def _names(assembly: Assembly) -> dict[str, str]:
    return {code: str(row.get("name") or code) for code, row in assembly.organisations().items()}
