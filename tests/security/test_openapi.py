"""What the district answers is what its OpenAPI document says, whatever is sent: no fault of ours, no status of nobody's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode, SerializationContext
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    status_code_conformance,
)

from baiyun_desktop.district import Assembly, editions
from baiyun_desktop.district.admin_tokens import new_token
from baiyun_desktop.district.fleet_api import beside
from baiyun_desktop.district.officers import enter
from baiyun_desktop.district.posts import set_up
from baiyun_desktop.district.settings import Settings
from baiyun_desktop.kernel.role import POWERS, Role
from sync.district.app import application
from sync.district.enrol import Place
from sync.district.service import Service
from sync.enrolment import EnrolRequest
from sync.limits import Limits
from sync.wire import MESSAGE_TYPE

EXAMPLES = int(os.environ.get("BAIYUN_OPENAPI_EXAMPLES", "5"))
"""Right and wrong ones of each operation; for a long run some hundreds are set."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance]
OPERATIONS = [
    "POST /v1/round", "GET /v1/wait", "GET /v1/pack/{name}", "POST /v1/blob/{name}", "GET /v1/blob/{name}", "POST /v1/lifeboat",
    "GET /v1/rescue/{epoch}/{number}", "POST /v1/enrol", "GET /v1/ca", "GET /v1/health", "GET /admin/v1/desks",
    "GET /admin/v1/health", "GET /admin/v1/self", "GET /admin/v1/deeds", "GET /admin/v1/posts", "POST /admin/v1/posts",
    "GET /admin/v1/organisations", "POST /admin/v1/organisations",
    "GET /admin/v1/officers", "POST /admin/v1/officers", "POST /admin/v1/codes",
    "POST /admin/v1/revocations", "POST /admin/v1/rights", "POST /admin/v1/holdings", "POST /admin/v1/states",
    "POST /admin/v1/passwords",
]  # fmt: skip
SECURITY = ("rights", "officers", "holdings", "states", "passwords")
"""What the security administrator alone asks for."""


@schemathesis.serializer(MESSAGE_TYPE)
def as_it_is(_context: SerializationContext, value: Any) -> bytes:
    """A message is bytes; what was generated as something else is sent as MessagePack of it."""
    return value if isinstance(value, bytes) else msgspec.msgpack.encode(str(value))


@dataclass
class Api:
    """The operations of a real district's application, and who may ask for which."""

    operations: dict[str, Any]
    desk: str
    admin: dict[str, str]

    def token(self, label: str) -> str:
        if "/admin/" not in label:
            return self.desk
        last = label.rpartition("/")[2]
        return self.admin["security" if last in SECURITY else "audit" if last == "deeds" else "system"]


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    folder = tmp_path_factory.mktemp("district")
    Settings("150206").save(folder)
    with Assembly(folder) as assembly:
        assembly.certificates.create("150206", ["127.0.0.1"], assembly.clock)
        assembly.district.found("150206")
        with assembly.engine.begin() as conn:
            editions.found(conn, assembly.clock.now_ms())
        assembly.seed()
        enroller = assembly.enroller()
        code = enroller.new_code(Place("窗口", "张三", ("150206001006",), "宝山"))
        desk = enroller.enrol(EnrolRequest(code.secret, "n" * 22)).token
        # Nobody is sent away for asking too often: what is looked for lies behind that.
        limits = Limits(wrong_codes_max=10**6)
        service = Service(assembly.engine, assembly.district, enroller, assembly.certificates.ca_pem(), limits)
        service.bell.close()  # as before it stops: who waits is answered at once
        schema = schemathesis.openapi.from_asgi("/openapi.json", application(service, beside=beside(assembly, service)))
        operations = {found.ok().label: found.ok() for found in schema.get_all_operations()}
        admins = {}
        for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN):
            home = POWERS[role].home
            set_up(assembly, role.value, "150206", role=role.name)
            enter(assembly, role.value, home, [role.value])
            admins[home] = new_token(assembly, role.value, timedelta(days=1), home)
        yield Api(operations, desk, admins)


def test_the_document_names_every_operation(api: Api) -> None:
    assert sorted(api.operations) == sorted(OPERATIONS)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
@pytest.mark.parametrize("label", OPERATIONS)
@pytest.mark.filterwarnings("ignore")
def test_each_answer_is_as_the_document_says(api: Api, label: str, mode: GenerationMode) -> None:
    operation = api.operations[label]
    if mode is GenerationMode.NEGATIVE and not (operation.query or operation.path_parameters or operation.body):
        return  # nothing of it can be wrong

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def tried(case: Any) -> None:
        for headers in ({"Authorization": f"Bearer {api.token(label)}"}, {"Authorization": "Bearer \xe9"}):
            answer = case.call(headers=headers)
            case.validate_response(answer, checks=CHECKS)

    tried()
