"""The moment before the window: the desk's key from the key store or a passphrase, or back from the district."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QInputDialog, QLineEdit, QMessageBox

from baiyun_desktop.keys import recovery
from baiyun_desktop.keys.errors import KeyTrouble
from baiyun_desktop.keys.system import has_system_store
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.errors import ReplicaError, ReplicaMissing, WrongKey
from baiyun_desktop.replica.home import DeskHome
from baiyun_desktop.replica.instead import is_past_opening
from baiyun_desktop.ui.key_recovery import KeyRecovery
from baiyun_desktop.ui.words import say


def unlocked(
    home: DeskHome, open_desk: Callable[[str], Replica], replaced: Callable[[str], bool] = lambda _why: False
) -> Replica | None:
    """The desk, opened; None where the officer gives up. Raises ReplicaError for what neither a key nor another file mends.

    `replaced` offers another desk in the place of one that opens no more, and returns whether there is one now.
    """
    while True:
        try:
            passphrase = _typed() if home.needs_passphrase else ""
            return None if passphrase is None else open_desk(passphrase)
        except KeyTrouble as error:
            if not _goes_on(home, error, replaced):
                return None
        except ReplicaError as error:
            if not is_past_opening(error):
                raise
            gone = isinstance(error, ReplicaMissing)
            if not replaced(str(error) if gone else say("file_lost.damaged", name=home.path.name)):
                return None


def _typed() -> str | None:
    text, given = QInputDialog.getText(None, say("shell.title"), say("first.passphrase"), QLineEdit.EchoMode.Password)
    return text if given else None


def _goes_on(home: DeskHome, error: KeyTrouble, replaced: Callable[[str], bool]) -> bool:
    """Says why the desk does not open, and offers to try again, to get the key back, or to go on with another desk."""
    box = QMessageBox(QMessageBox.Icon.Warning, say("shell.title"), str(error))
    again = box.addButton(say("recovery.try_again"), QMessageBox.ButtonRole.AcceptRole)
    recover = box.addButton(say("recovery.offer"), QMessageBox.ButtonRole.ActionRole)
    anew = box.addButton(say("file_lost.offer"), QMessageBox.ButtonRole.ActionRole)
    box.addButton(say("recovery.later"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(again)
    box.exec()
    if box.clickedButton() is recover:
        recovery_dialog(home, str(error)).exec()
        return True  # with the key back it opens, without it this question comes again
    if box.clickedButton() is anew:
        replaced(str(error))
        return True
    return box.clickedButton() is again


def recovery_dialog(home: DeskHome, why: str) -> KeyRecovery:
    """The dialog on this PC's desk."""
    return KeyRecovery(
        home.ask_for_key,
        home.take_answer,
        (KeyTrouble, WrongKey),
        why=why,
        waiting=recovery.asked(home.asking),
        passphrase=not has_system_store(),
    )
