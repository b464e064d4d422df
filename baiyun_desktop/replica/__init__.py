"""The desk's database: one encrypted file, one door for writes, frozen values out."""

from baiyun_desktop.replica.changes import Changes
from baiyun_desktop.replica.identity import DeskIdentity
from baiyun_desktop.replica.replica import Replica
from sync.desk.status import Status

__all__ = ["Changes", "DeskIdentity", "Replica", "Status"]
