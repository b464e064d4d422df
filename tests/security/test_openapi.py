"""What the district serves is what its OpenAPI document says, whatever is sent: no fault of ours, no status of nobody's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from litestar import Litestar
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from baiyun_desktop.district import Assembly
from baiyun_desktop.district.admin_tokens import new_token
from baiyun_desktop.district.fleet_api import beside
from sync.district.app import application
from sync.district.enrol import Place
from sync.district.service import Service
from sync.enrolment import EnrolRequest
from sync.limits import Limits

EXAMPLES = int(os.environ.get("BAIYUN_OPENAPI_EXAMPLES", "15"))
"""For each operation; a long run sets some hundreds."""
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
