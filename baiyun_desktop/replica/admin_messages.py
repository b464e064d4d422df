"""What an administrator's window and the district say to each other, as JSON: paths, questions and answers."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

PREFIX = "/admin/v1/"
DESKS_PATH, HEALTH_PATH = PREFIX + "desks", PREFIX + "health"
SELF_PATH, DEEDS_PATH = PREFIX + "self", PREFIX + "deeds"
POSTS_PATH, ORGANISATIONS_PATH, OFFICERS_PATH = PREFIX + "posts", PREFIX + "organisations", PREFIX + "officers"
CODES_PATH, REVOCATIONS_PATH, RIGHTS_PATH = PREFIX + "codes", PREFIX + "revocations", PREFIX + "rights"
STATES_PATH, PASSWORDS_PATH, HOLDINGS_PATH = PREFIX + "states", PREFIX + "passwords", PREFIX + "holdings"

Words = Annotated[str, Meta(max_length=200)]
Name = Annotated[str, Meta(min_length=1, max_length=60)]
Codes = Annotated[list[Annotated[str, Meta(min_length=1, max_length=120)]], Meta(max_length=50)]


class Oneself(msgspec.Struct, frozen=True):
    """Whose token it is. `role` and `duties` are names; `until` in milliseconds since 1970 UTC."""

    holder: str
    login: str
    role: str
    duties: list[str]
    until: int
    fingerprint: str
    """Of the district's certificate authority, as far as an enrolment code carries it."""


class FleetRow(msgspec.Struct, frozen=True):
    """One desk; see `baiyun-district desks --json`."""

    replica: str
    post: str
    place: str
    officer: str
    level: int
    silent_ms: int | None
    behind: int
    cursor_age_ms: int
    waiting: int
    oldest_ms: int
    held: int
    oldest_held_ms: int
    faults: int
    epochs: int
    ahead_ms: int
    revoked: bool
    needs: list[str]
    program: str | None = None
    """None: its program is too old to say its version, or the district to tell it."""


class Health(msgspec.Struct, frozen=True):
    """The district; see `baiyun-district health`. `needs` are words for what the window says in its language."""

    district: str
    database: str
    organisations: int
    needs: list[str]
    certificate_days: int
    disk_free_gib: float
    backup_hours: float | None
    backup_behind: int | None
    drill_days: float | None
    desks: int
    revoked: int
    held: int
    held_faults: int
    oldest_held_ms: int
    oldest_unsent_ms: int
    confirmed: bool
    open_files: int
    workers: list[str]
    offers: list[str]
    signed_days: int | None


class PostRow(msgspec.Struct, frozen=True):
    """A post. `role` is a code of the list of roles, `holds` the names of what it may hold."""

    name: str
    organisation: str
    place: str
    role: str
    grants: list[str]
    holds: list[str]
    desks: int
    officers: list[str]


class OrganisationRow(msgspec.Struct, frozen=True):
    """An organisation, with how many posts belong to it. `values` are its fields as they are declared."""

    code: str
    name: str
    level: str
    parent: str
    leader: str
    phone: str
    posts: int
    values: dict[str, str] = {}


class OfficerRow(msgspec.Struct, frozen=True):
    """An officer; nothing of his password but whether it is still the first one."""

    name: str
    login: str
    posts: list[str]
    state: str
    first: bool


class DeedRow(msgspec.Struct, frozen=True):
    """What an administrator has done."""

    number: int
    at: int
    by: str
    what: str
    about: str
    reason: str


class NewPost(msgspec.Struct, frozen=True):
    """Where a desk is to be; what it may do and hold is for the security administrator to say."""

    name: Name
    organisation: Name
    unit: Words = ""


class OrganisationWanted(msgspec.Struct, frozen=True):
    """Fields of an organisation by their names: all of a new one, of another one those that are to change."""

    code: Name
    values: Annotated[dict[Annotated[str, Meta(max_length=40)], Words | None], Meta(max_length=40)]
    new: bool = False


class Rights(msgspec.Struct, frozen=True):
    """The role of a post and what it may hold: areas' codes, or code|view."""

    post: Name
    role: Name
    grants: Codes


class CodeWanted(msgspec.Struct, frozen=True):
    """An enrolment code for one more desk of a post."""

    post: Name
    officer: Words = ""


class CodeGiven(msgspec.Struct, frozen=True):
    """To be read out, now or never."""

    code: str
    holds: str
    days: int
    fingerprint: str


class Revocation(msgspec.Struct, frozen=True):
    """The end of a desk's right. `misused`: nothing of what it has not sent counts by itself any more."""

    replica: Name
    reason: Annotated[str, Meta(min_length=2, max_length=200)]
    misused: bool


class NewOfficer(msgspec.Struct, frozen=True):
    """Who is to log in."""

    name: Name
    login: Name
    posts: Codes


class Holding(msgspec.Struct, frozen=True):
    """All the posts that an officer is to hold from now on."""

    login: Name
    posts: Codes


class NewState(msgspec.Struct, frozen=True):
    """`state` is active, locked or left."""

    login: Name
    state: Annotated[str, Meta(pattern="^(active|locked|left)$")]


class PasswordWanted(msgspec.Struct, frozen=True):
    """For who forgot: with what the desk shows, a one-time code; without, a first password for a desk that is online."""

    login: Name
    challenge: Words = ""
    desk: Words = ""


class Secret(msgspec.Struct, frozen=True):
    """A first password, or a one-time code for the desk of that number."""

    secret: str
    desk: str = ""


class Done(msgspec.Struct, frozen=True):
    """It is done; `desks` were given something else to hold."""

    desks: int = 0


class Refusal(msgspec.Struct, frozen=True):
    """Why not, in words for the administrator."""

    code: str
    message: str
