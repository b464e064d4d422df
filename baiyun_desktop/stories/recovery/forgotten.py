"""An officer forgets the password on a field visit, with no line: a call lets the right one in, and nobody else."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

from baiyun_desktop.keys.errors import KeyTrouble
from baiyun_desktop.keys.telephone import spoken
from baiyun_desktop.replica.accounts import Accounts, Call, NoEntry
from baiyun_desktop.stories.hands import StoryStuck
from baiyun_desktop.stories.recovery.office import Office, Pc, go
from baiyun_desktop.stories.recovery.report import Told
from baiyun_desktop.stories.recovery.telephone import BY
from baiyun_desktop.stories.stage import Place

VISIT = Place("入户笔记本", "百灵社区·走访", "150206001007", "萨仁")
COUNTER = Place("百灵便民窗口", "百灵社区·便民", "150206001007", "萨仁")
SAREN, BATU = ("萨仁", "saren"), ("巴图", "batu")
BEFORE, AFTER, OTHERS = "sheep on the hill 1", "river under ice 22", "birch and willow 333"


def play(office: Office) -> Told:
    """Two acts are sent and two are not when the password is gone; another officer of the post sits at the same laptop."""
    told = Told("password forgotten on a visit")
    first = {who[1]: _enters(office, *who) for who in (SAREN, BATU)}
    laptop, counter = office.enrol(VISIT, COUNTER)
    with laptop.open() as replica:
        go(replica)
        accounts = Accounts(replica)
        for (name, login), chosen in ((SAREN, BEFORE), (BATU, OTHERS)):
            came = _first_day(accounts, login, first[login], chosen)
            told.check(f"{login} comes in by the first password", came == name)
            accounts.log_out()
        laptop.register(replica, 2)
        go(replica)  # and the new passwords with it
    with counter.open() as replica:
        go(replica)
        elsewhere = Accounts(replica)
        told.check("she sits at the counter too", elsewhere.log_in(_id(elsewhere, "saren"), BEFORE).name == SAREN[0])
    _on_the_visit(office, laptop, counter, told)
    with laptop.open() as replica:
        told.check("what was unsent before the call is there", replica.status().unsent >= 2)
        go(replica)
    _afterwards(laptop, counter, told)
    _is_written_down(office, laptop, told)
    return told.close(office, [*laptop.typed, *counter.typed], [laptop, counter])


def _on_the_visit(office: Office, laptop: Pc, counter: Pc, told: Told) -> None:
    """No round from here on until she is back: whatever opens the laptop comes over the telephone."""
    with laptop.open() as replica:
        accounts = Accounts(replica)
        laptop.register(replica, 2)
        for guess in ("sheep on the hill 2", "sheep on a hill 1"):
            _refused(told, "a password half remembered", partial(accounts.log_in, _id(accounts, "saren"), guess))
        call = accounts.call(_id(accounts, "saren"))
        code = _answer(office, call)
    with laptop.open() as replica:  # the laptop was shut between the two halves of the call
        accounts = Accounts(replica)
        saren, batu = (_id(accounts, login) for login in ("saren", "batu"))
        told.check("the digits outlive a restart", accounts.call(saren).challenge == call.challenge)
        wrong = code.translate(str.maketrans("0123456789", "1234567890"))
        _refused(told, "a code misheard", lambda: accounts.take_code(saren, wrong))
        _refused(told, "her code in another officer's name", lambda: accounts.take_code(batu, code))
        accounts.call(batu)
        _refused(told, "her code for another officer's digits", lambda: accounts.take_code(batu, code))
        _elsewhere(counter, code, told)
        _refused(told, "a new password before any code", lambda: accounts.choose(saren, AFTER, AFTER))
        accounts.take_code(saren, code.lower().replace("-", " "))
        told.check("the right code alone lets nobody in", accounts.current is None)
        told.check("until a password is chosen", accounts.choose(saren, AFTER, AFTER).name == SAREN[0])
        laptop.register(replica, 1)
        accounts.log_out()
        _refused(told, "the code a second time", lambda: accounts.take_code(saren, code))
        _refused(told, "the old password afterwards", lambda: accounts.log_in(saren, BEFORE))
        _refused(told, "the new one in another officer's name", lambda: accounts.log_in(batu, AFTER))
        told.check("the new one lets her in, still with no line", accounts.log_in(saren, AFTER).name == SAREN[0])
        accounts.log_out()
        told.check("the other officer's is as it was", accounts.log_in(batu, OTHERS).name == BATU[0])


def _elsewhere(counter: Pc, code: str, told: Told) -> None:
    """Another desk of hers, which has digits of its own."""
    with counter.open() as replica:
        accounts = Accounts(replica)
        accounts.call(_id(accounts, "saren"))
        _refused(told, "her code at another desk", lambda: accounts.take_code(_id(accounts, "saren"), code))


def _afterwards(laptop: Pc, counter: Pc, told: Told) -> None:
    """Back at the office: the new password is hers wherever she sits, and the old one nowhere."""
    counter.day()
    with counter.open() as replica:
        accounts = Accounts(replica)
        saren = _id(accounts, "saren")
        _refused(told, "the old password at her other desk", lambda: accounts.log_in(saren, BEFORE))
        told.check("the new one opens her other desk", accounts.log_in(saren, AFTER).name == SAREN[0])
        counter.register(replica, 1)
        go(replica)
    laptop.day()
    told.check("each who should not come in was refused", len(told.refused) == 11)


def _is_written_down(office: Office, laptop: Pc, told: Told) -> None:
    lines = (office.district.folder / "resets.log").read_text("utf-8").splitlines()
    mine = [json.loads(line) for line in lines if laptop.home.replica_id in line]
    told.check("the district has written down who answered", [(m["login"], m["by"]) for m in mine] == [("saren", BY)])


# --- at the district ------------------------------------------------------------------------------------------------


def _enters(office: Office, name: str, login: str) -> str:
    """The posts, once, and an officer of both; returns the first password that is handed over."""
    folder, held = str(office.district.folder), (VISIT, COUNTER)
    if login == SAREN[1]:
        for place in held:
            words = ["posts", "add", folder, place.post, "--organisation", place.area, "--role", "社区工作者"]
            office.district.run(*words)
    posts = [word for place in held for word in ("--post", place.post)]
    return office.district.run("officers", "add", folder, name, login, *posts).splitlines()[0]


def _answer(office: Office, call: Call) -> str:
    """The administrator types what he hears, and reads back what the command prints."""
    said = office.district.run(
        "officers", "reset", str(office.district.folder), call.login, "--challenge", spoken(call.challenge),
        "--desk", call.desk, "--by", BY,
    )  # fmt: skip
    return said.splitlines()[0].strip()


# --- at a desk ------------------------------------------------------------------------------------------------------


def _first_day(accounts: Accounts, login: str, first: str, chosen: str) -> str:
    record = _id(accounts, login)
    if not accounts.log_in(record, first).must_change or accounts.current is not None:
        raise StoryStuck(f"{login} is in with a first password")
    return accounts.choose(record, chosen, chosen).name


def _id(accounts: Accounts, login: str) -> str:
    return next(m.id for m in accounts.members() if m.login == login)


def _refused(told: Told, who: str, attempt: Callable[[], object]) -> None:
    """Raises StoryStuck where somebody is let in who should not be: nothing after that would mean anything."""
    try:
        attempt()
    except (NoEntry, KeyTrouble) as reason:
        told.refused.append(f"{who}: {reason}")
        return
    raise StoryStuck(f"{who} was let in")
