"""The moment before the window: the desk's key from the key store or a passphrase, or back from the district."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QInputDialog, QLineEdit, QMessageBox

from baiyun_desktop.keys import recovery
from baiyun_desktop.keys.errors import KeyTrouble
from baiyun_desktop.keys.system import has_system_store
from baiyun_desktop.replica import Replica
from baiyun_desktop.replica.errors import WrongKey
from baiyun_desktop.replica.home import DeskHome
from baiyun_desktop.ui.key_recovery import KeyRecovery
from baiyun_desktop.ui.words import say


def unlocked(home: DeskHome, open_desk: Callable[[str], Replica]) -> Replica | None:
    """The desk, opened; None where the officer gives up. Raises ReplicaError for what no key mends."""
    while True:
        try:
            passphrase = _typed() if home.needs_passphrase else ""
            return None if passphrase is None else open_desk(passphrase)
        except KeyTrouble as error:
            if not _goes_on(home, error):
                return None


def _typed() -> str | None:
    text, given = QInputDialog.getText(None, say("shell.title"), say("first.passphrase"), QLineEdit.EchoMode.Password)
    return text if given else None


def _goes_on(home: DeskHome, error: KeyTrouble) -> bool:
    """Says why the desk does not open, and offers to try again or to get the key back."""
    box = QMessageBox(QMessageBox.Icon.Warning, say("shell.title"), str(error))
    again = box.addButton(say("recovery.try_again"), QMessageBox.ButtonRole.AcceptRole)
    recover = box.addButton(say("recovery.offer"), QMessageBox.ButtonRole.ActionRole)
    box.addButton(say("recovery.later"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(again)
    box.exec()
    if box.clickedButton() is recover:
        recovery_dialog(home, str(error)).exec()
        return True  # with the key back it opens, without it this question comes again
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
