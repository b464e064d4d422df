"""What can go wrong outside (line, disk, clock, rights) as one family, so that a bug never wears its face."""


class SyncError(Exception):
    """The environment stands in the way; the words say what to do. A bug is any other exception."""


class LineDown(SyncError):
    """The district could not be reached, or what answered was not the district (a captive portal)."""


class Busy(LineDown):
    """The district is there but asks to be left alone for `retry_after_s` seconds."""

    def __init__(self, message: str, retry_after_s: float) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Refused(SyncError):
    """The district answered and will not serve this desk: not enrolled, revoked, or a protocol too old."""


class Superseded(SyncError):
    """A newer round of the same desk has begun; this one may not write any more."""


class WrongTimeline(SyncError):
    """The district's past is not the one this desk has seen: it was restored from a backup."""


class Damaged(SyncError):
    """A message or file is not what its checksum says it is."""
