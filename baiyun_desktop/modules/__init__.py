"""The mandates as a tuple of plain static imports, so that type checkers and the packager see them all."""

from __future__ import annotations

from baiyun_desktop.kernel.module import Module
from baiyun_desktop.modules import migrants

MODULES: tuple[Module, ...] = (migrants.MODULE,)
"""What a program is made of beside the registry: `Program((registry.module.MODULE, *MODULES))`."""
