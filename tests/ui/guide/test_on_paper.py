"""A page of the guide comes apart into the few kinds of blocks that the layout sets, and every page can be set."""

from __future__ import annotations

from baiyun_desktop.ui.guide.book import book
from baiyun_desktop.ui.guide.keys import keys_text
from baiyun_desktop.ui.guide.on_paper import blocks, spans


def test_each_line_becomes_a_block_of_its_kind() -> None:
    text = (
        "# 标题\n\n见[退回箱](tray.md)，点「保存」。\n\n![图](a.png)\n\n## 步骤\n\n"
        "1. **先**看\n- 再看\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n"
    )
    found = blocks(text)
    assert [block["is"] for block in found] == ["text", "head", "item", "item", "table"]
    assert found[0]["spans"] == [
        {"text": "见退回箱，点", "strong": False}, {"text": "「保存」", "strong": True}, {"text": "。", "strong": False},
    ]  # fmt: skip
    assert [block["mark"] for block in found[2:4]] == ["1.", "·"]
    assert [len(row) for row in found[4]["rows"]] == [2, 2]


def test_no_mark_of_markdown_is_left_in_any_page() -> None:
    assert spans("**重要** `a`")[0] == {"text": "重要", "strong": True}
    for page in book(keys_text()).pages:
        for block in blocks(page.text):
            for row in block.get("rows", [[block.get("spans", [])]]):
                words = "".join(span["text"] for cell in row for span in cell)
                assert words, page.name
                assert not any(mark in words for mark in ("**", "](", "`", "|")), page.name
