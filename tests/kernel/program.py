"""The program with all mandates and the toy, as tests need it."""

from __future__ import annotations

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.modules import MODULES
from baiyun_desktop.registry.module import MODULE as REGISTRY
from tests.toy import MODULE as TOY

PROGRAM = Program((REGISTRY, *MODULES, TOY))
