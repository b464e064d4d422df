"""Makes a PC a desk step by step: each step can be done again, and what it came to is written down before the next."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress

import msgspec

from baiyun_desktop.kernel.program import Program
from baiyun_desktop.keys.errors import KeyTrouble, NoKeyStore
from baiyun_desktop.replica import reaching
from baiyun_desktop.replica.accounts import Accounts
from baiyun_desktop.replica.accounts_homes import FIRST_RUN
from baiyun_desktop.replica.carrier import Carrier
from baiyun_desktop.replica.errors import DoorRefusal, ReplicaError
from baiyun_desktop.replica.first_run import Begun, Step, begun, finish, keep
from baiyun_desktop.replica.home import DeskHome, Enrol
from baiyun_desktop.replica.identity import DeskIdentity
from baiyun_desktop.replica.reaching import NotReached, Reached
from baiyun_desktop.replica.replica import Replica
from sync.enrolment import Enrolment
from sync.errors import LineDown, Refused, SyncError
from sync.outside import Clock, Ids

log = logging.getLogger(__name__)

TROUBLE = (SyncError, ReplicaError, KeyTrouble, DoorRefusal, OSError)
"""What is told in its own words; anything else is a bug."""
LEAVE_S_MAX = 2.0


class SettingUp:
    """One post of this PC on its way to work. What takes long is to be called beside the window, one at a time."""

    def __init__(
        self,
        home: DeskHome,
        program: Program,
        enrol: Enrol,
        carrier: Callable[[Replica], Carrier],
        clock: Clock,
        ids: Ids,
        *,
        replica: Replica | None = None,
        reach: Callable[[str], Reached] = reaching.reach,
        further: bool = False,
    ) -> None:
        """`replica` is the desk, opened, where it has been made before; `further` says that the PC has another."""
        self.home, self.further = home, further
        self.state = begun(home) or Begun()
        self.replica, self.reached = replica, None if replica is None else Reached(replica.identity.url, b"")
        self.accounts = None if replica is None else Accounts(replica)
        self.carrier: Carrier | None = None
        self._program, self._enrol, self._carrier, self._reach = program, enrol, carrier, reach
        self._clock, self._ids = clock, ids
        self._answer: Enrolment | None = None
        self._noting = threading.Lock()
        self._one = threading.Lock()
        """A step that somebody stopped waiting for goes to its end before the next begins."""

    @property
    def identity(self) -> DeskIdentity | None:
        """Who this desk is; None before the district has said so."""
        if self.replica is not None:
            return self.replica.identity
        return None if self._answer is None else DeskIdentity.of(self._answer)

    def note(self, **changed: object) -> None:
        """Writes down what was typed, or how far it is; a disk that does not take it costs some typing, and no step."""
        with self._noting:
            after = msgspec.structs.replace(self.state, **changed)
            if after == self.state:
                return
            self.state = after
            try:
                keep(self.home, after)
            except OSError:
                log.exception("how far the first run is was not written down")

    # --- the steps --------------------------------------------------------------------------------------------------

    def reach(self, address: str) -> Reached:
        """Finds the district. Raises NotReached."""
        found = self._reach(address)
        with self._one:
            self.reached = found
            self.note(address=address.strip(), step=Step.CODE)
        return found

    def enrol(self, typed: str) -> DeskIdentity:
        """Sends the code; where the answer is lost, the same code brings the same answer.

        Where the system's key store takes the key, the answer is kept at once. Raises NotReached, Refused, KeyTrouble.
        """
        with self._one:
            if self.identity is None:
                self._ask(typed)
                self.note(step=Step.POST)
            assert self.identity is not None
            return self.identity

    def _ask(self, typed: str) -> None:
        if self.reached is None:
            raise NotReached("还没有连上区服务器，请回上一步")
        code = reaching.check_code(typed, self.reached)
        self.note(sent=code.rpartition("-")[2])
        try:
            self._answer = self.home.ask(self.reached.url, code, self._enrol)
        except Refused:
            self.note(sent="")
            raise
        except LineDown as error:
            raise NotReached(
                f"{reaching.words_for(error, self.reached.url)}。区里可能已经收下这个注册码："
                "请用同一个码再按“下一步”，会接着办，不会重复登记"
            ) from error
        if not self.home.needs_passphrase:
            with suppress(NoKeyStore):  # it is there and takes nothing: a passphrase is asked for
                self._found("")

    @property
    def by_passphrase(self) -> bool | None:
        """Whether a passphrase keeps the key by now; None while nothing keeps it."""
        return self.home.needs_passphrase if self.replica is not None else None

    def secure(self, passphrase: str) -> None:
        """Has the key kept by the passphrase, or as it is where that is empty. Raises KeyTrouble."""
        with self._one:
            if self.replica is None:
                self._found(passphrase)
            elif passphrase:
                self.home.change_passphrase(self.replica, passphrase)
            self.note(step=Step.OFFICER)

    def _found(self, passphrase: str) -> None:
        assert self._answer is not None
        self.home.found(self._answer, passphrase, self._program, self._clock, self._ids)
        self.replica = self.home.open(passphrase, self._program, self._clock, self._ids)
        self.accounts = Accounts(self.replica)

    def first_round(self) -> str:
        """Fetches what the post may see, and who sits there. Words for why it did not come to an end, or nothing."""
        assert self.replica is not None
        if self.carrier is None:
            self.carrier = self._carrier(self.replica)
        with self._one:
            self.carrier.run()
            self.home.keep_keys(self.replica)
        return self.carrier.problem

    def finish(self, first: DeskHome) -> DeskHome | None:
        """All is done; the place of the further post that is to be set up next, where one was wanted."""
        return finish(self.home, first, self.state, self._clock.now_ms())

    def give_up(self) -> None:
        """A further post is not to be set up after all. What the district may have given is found again if it is."""
        (self.home.folder / FIRST_RUN).unlink(missing_ok=True)

    def leave(self) -> None:
        """Another day. What is under way goes to its end; the file is let go of where nothing is."""
        if self.replica is not None and self._one.acquire(timeout=LEAVE_S_MAX):
            self.replica.close()
            self._one.release()
