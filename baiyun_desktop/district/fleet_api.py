"""The fleet and the district's health over HTTP, for a system administrator's window and a monitor: read only."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from litestar import get

from baiyun_desktop.kernel.role import Duty
from baiyun_desktop.replica.admin_messages import DESKS_PATH, HEALTH_PATH, Health
from sync.district.app import Beside, SaidOperation
from sync.district.fleet import Seen
from sync.district.service import Service

from .admin_api import handlers
from .admin_door import ADMINISTRATOR, HANDLERS, READS_MAX, SCHEME, AnyRequest, Door, Holder, errors
from .assembly import Assembly
from .desks import fleet
from .health import look

__all__ = ["DESKS_PATH", "HEALTH_PATH", "READS_MAX", "DeskState", "DistrictHealth", "beside"]
_FLEET = frozenset({Duty.FLEET})


@dataclass(frozen=True, slots=True)
class DeskState(Seen):
    """A desk as `baiyun-district desks --json` tells it; see `desks.fleet`."""

    cursor_age_ms: int
    place: str
    ahead_ms: int
    needs: list[str]


class DistrictHealth(Health, frozen=True):
    """The district as `baiyun-district health` tells it: what a window shows, and `alarms`, sentences that say what needs doing."""

    position: int
    alarms: list[str]
    backup_file: str | None


def beside(assembly: Assembly, service: Service) -> Beside:
    """What the district's program serves beside the protocol."""
    door = Door(assembly, service)

    @get(
        DESKS_PATH,
        operation_class=SaidOperation,
        security=ADMINISTRATOR,
        responses=errors(401, 403, 429, 503),
        exception_handlers=HANDLERS,
        summary="Each desk: last contact, age of its cursor, unsent, held, what is to be done; silent desks first",
    )
    async def admin_desks(request: AnyRequest) -> list[DeskState]:
        def task(_: Holder) -> list[DeskState]:
            return msgspec.convert(fleet(assembly), list[DeskState])

        return await door.ask(request, _FLEET, task)

    @get(
        HEALTH_PATH,
        operation_class=SaidOperation,
        security=ADMINISTRATOR,
        responses=errors(401, 403, 429, 503),
        exception_handlers=HANDLERS,
        summary="How the district is, and what needs doing",
    )
    async def admin_health(request: AnyRequest) -> DistrictHealth:
        def task(_: Holder) -> DistrictHealth:
            return msgspec.convert(look(assembly), DistrictHealth)

        return await door.ask(request, _FLEET, task)

    return Beside([admin_desks, admin_health, *handlers(door)], {"administrator": SCHEME})
