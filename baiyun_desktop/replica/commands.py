"""The desk's commands about its file and its key: back up, take back, change the key, get a lost key back."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from baiyun_desktop.keys import recovery
from baiyun_desktop.keys.keyfile import keyfile_of, load_keyfile
from baiyun_desktop.keys.system import has_system_store
from baiyun_desktop.keys.wraps import check_new_passphrase
from baiyun_desktop.replica.backup import INFO, KEEP, Backup, backups_in, check_backup, make_backup
from baiyun_desktop.replica.errors import BackupTrouble
from baiyun_desktop.replica.home import DeskHome
from baiyun_desktop.replica.leftovers import Unsent, asides
from baiyun_desktop.replica.lifeboats import send_all, words
from baiyun_desktop.replica.nightly import Plan, save_plan
from baiyun_desktop.replica.replica import Replica
from baiyun_desktop.replica.restoring import restore
from baiyun_desktop.replica.rotation import rotate
from sync.desk.packs import Line
from sync.lifeboat import KNOWN, TAKEN


class Outside(Protocol):
    """What the commands are given of the world: this PC's desk, and somebody to speak with."""

    home: DeskHome

    def open(self) -> Replica:
        """The desk, opened by its key store or by a passphrase that is asked for."""
        ...

    def send(self, aside: Path, passphrase: str) -> tuple[int, Unsent]:
        """Sends what a file set aside has not sent: see `leftovers.send`."""
        ...

    def line(self, replica: Replica) -> Line:
        """This desk's line to the district, on which it has just been on a round."""
        ...

    def ask(self, question: str) -> str:
        """Something that is typed without being shown."""
        ...

    def say(self, line: str) -> None: ...


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser], outside: Callable[[], Outside]) -> None:
    """Adds `backup`, `restore`, `leftovers`, `lifeboat`, `rotate` and `recover`."""
    back_up = commands.add_parser("backup", help="back this desk up to a folder, and prove that the copy opens")
    back_up.add_argument("folder", type=Path)
    back_up.add_argument("--keep", type=int, default=KEEP, help="how many to keep there")
    back_up.add_argument("--nightly", action="store_true", help="from now on each night")
    back_up.set_defaults(run=lambda o: _back_up(outside(), o.folder, o.keep, nightly=o.nightly))
    take = commands.add_parser("restore", help="take a backup back as this PC's desk")
    take.add_argument("folder", type=Path, help="a backup, or a folder with backups: the newest is taken")
    take.set_defaults(run=lambda o: _restore(outside(), o.folder))
    aside = commands.add_parser("leftovers", help="send what a replaced file had not sent, and remove it")
    aside.set_defaults(run=lambda _: _send_leftovers(outside()))
    boat = commands.add_parser("lifeboat", help="send what was typed on this PC in a file that opens no more")
    boat.set_defaults(run=lambda _: send_lifeboats(outside()))
    change = commands.add_parser("rotate", help="encrypt this desk's file with a new key")
    change.set_defaults(run=lambda _: _rotate(outside()))
    recover = commands.add_parser("recover", help="get a lost key back from the district")
    recover.add_argument(
        "--answer", type=Path, help="a file with the administrator's answer; left out, a request is made"
    )
    recover.set_defaults(run=lambda o: _recover(outside(), o.answer))


def _back_up(outside: Outside, folder: Path, keep: int, *, nightly: bool) -> None:
    folder = folder.absolute()
    with outside.open() as replica:
        made = make_backup(replica, outside.home.keys, folder, keep=keep)
        check_backup(made, replica.store.key)
    if nightly:
        save_plan(outside.home, Plan(folder=str(folder), keep=keep, done_at=made.info.made_at))
    outside.say(f"已备份到 {made.folder}，试开无误")


def _restore(outside: Outside, folder: Path) -> None:
    home = outside.home
    backup = _chosen(folder.absolute(), home.replica_id if home.enrolled else "")
    passphrase = outside.ask("备份当时的口令: ") if load_keyfile(backup.keys).by_passphrase else ""
    aside = restore(home, backup, passphrase)
    outside.say(f"已恢复 {backup.folder.name}")
    if aside:
        outside.say(f"原来的数据留在 {aside.name}；其中没有上传的，连线后用 leftovers 送到区里；打不开的，用 lifeboat")


def _send_leftovers(outside: Outside) -> int:
    """Exit status 1 where something still waits."""
    home, waits = outside.home, 0
    found = asides(home, home.replica_id)
    if not found:
        outside.say("没有留下的数据")
    for aside in found:
        passphrase = outside.ask("当时的口令: ") if load_keyfile(keyfile_of(aside)).by_passphrase else ""
        acts, left = outside.send(aside, passphrase)
        waits += left.acts + left.files
        said = f"{aside.name}：有 {acts} 项操作没有上传过"
        outside.say(
            f"{said}，还有 {left.acts} 项、{left.files} 个附件没有送到"
            if not left.nothing
            else f"{said}，现已全部送到，文件已清除"
        )
    return int(waits > 0)


def send_lifeboats(outside: Outside) -> int:
    """Exit status 1 where something could not be read."""
    bad = 0
    with outside.open() as replica:
        line = outside.line(replica)
        # What the desk has itself goes first: else the district would have to give it numbers that the desk does not know.
        for path, sent in send_all(outside.home, line, own=not replica.status().unsent):
            outside.say(words(path, sent))
            bad += sent.broken + sum(n for fate, n in sent.fates.items() if fate not in (TAKEN, KNOWN))
    return int(bad > 0)


def _chosen(folder: Path, replica: str) -> Backup:
    if (folder / INFO).exists():
        found = [b for b in backups_in(folder.parent, replica) if b.folder == folder]
    else:
        found = backups_in(folder, replica)
    if not found:
        raise BackupTrouble(f"{folder} 里没有本机的备份，请另选一个文件夹")
    if len({b.info.replica for b in found}) > 1:
        raise BackupTrouble(f"{folder} 里有几个岗位的备份，请指明要恢复哪一份")
    return found[0]


def _rotate(outside: Outside) -> None:
    passphrase = outside.ask("口令: ") if outside.home.needs_passphrase else ""
    rotate(outside.home, passphrase)
    outside.say("已更换密钥。以前的备份仍用当时的密钥，建议马上再备份一次")


def _recover(outside: Outside, answer: Path | None) -> None:
    home = outside.home
    new = not has_system_store()
    if answer is None:
        passphrase = check_new_passphrase(outside.ask("新口令: "), outside.ask("再输一次: ")) if new else ""
        request = home.ask_for_key(passphrase)
        outside.say(f"编号 {recovery.number_of(request)}")
        outside.say(request)
        outside.say("请交给区管理员，电话里核对编号；收到答复后用 recover --answer 文件")
        return
    home.take_answer(answer.read_text("utf-8"), outside.ask("新口令: ") if new else "")
    outside.say("密钥已找回，现在可以打开白云了")
