"""A desk's lost key comes back by telephone: its request read out and typed at the district, the answer likewise."""

from __future__ import annotations

from baiyun_desktop.stories.recovery.office import Pc

BY = "区管理员"


def key_by_telephone(pc: Pc, *options: str) -> tuple[str, str]:
    """Both programs' commands, one after the other; returns the request's number as the desk shows it, and the answer."""
    office = pc.office
    number, request, *_ = pc.command("recover").splitlines()
    asked, given = pc.home.folder / "request.txt", pc.home.folder / "answer.txt"
    asked.write_text(read_out(request), "utf-8")
    words = ["recover", str(office.district.folder), "--request", str(asked), "--by", BY, "--yes", *options]
    given.write_text(read_out(office.district.run(*words).strip().splitlines()[-1]), "utf-8")
    pc.command("recover", "--answer", given)
    return number.removeprefix("编号 ").strip(), given.read_text("utf-8")


def read_out(text: str) -> str:
    """As somebody writes down what is read to him: the kind first, then small letters in groups, ten to a line."""
    kind, _, groups = text.strip().lower().partition(":")
    heard = groups.split("-")
    return f"{kind}:\n" + "\n".join(" ".join(heard[at : at + 10]) for at in range(0, len(heard), 10)) + "\n"
