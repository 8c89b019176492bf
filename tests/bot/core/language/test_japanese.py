"""A language without spaces and plurals needs nothing but a catalog: twenty Japanese strings, wherever they appear."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.charts.drawer import SHARED_DRAWER
from bot.charts.plans import plan_recap_chart
from bot.charts.recap_chart import Week
from bot.core.language.catalogs import list_languages
from bot.core.language.words import speaking
from bot.core.text import clip_text, join_list, make_excerpt
from bot.core.times import format_day, format_full_day, month_name, weekday_names
from bot.moments.commands import Log
from deploy.words import collect_sentences
from tests.support.made_up import languages_in
from tests.support.people import Everyone
from tests.support.recorder import Recorder

STRINGS = {
    "Saved as #{number} in {channel}.": "{channel}に#{number}として保存しました。",
    "Undo": "元に戻す",
    "Edit": "編集",
    "Add details": "詳細を追加",
    "Were others there? They can add their own version.": "ほかにもいた人は、自分の版を追加できます。",
    "Aha": "気づき",
    "Log an aha": "気づきを記録",
    "What did you notice or finally understand?": "何に気づきましたか。",
    "Save": "保存",
    "High-five": "ハイタッチ",
    "I was there": "その場にいた",
    "Add my version": "自分の版を追加",
    "Moments saved each week": "毎週保存された瞬間",
    "Week to {day}": "{day}までの週",
    "Moments saved each week, for 12 weeks to {day}.": "{day}までの12週間に、毎週保存された瞬間。",
    "In all: {counts}.": "合計：{counts}。",
    "Last week, highlighted: {counts}.": "強調された先週：{counts}。",
    "no experiments": "実験なし",
    "no breakthroughs": "突破口なし",
}
PLURAL = ("1 aha", "{n} ahas", "気づき{n}件")
"""The twentieth: one form for every number."""


@pytest.fixture(autouse=True)
def japanese(tmp_path: Path) -> Iterator[None]:
    """Japanese, in a folder of its own."""
    lines = [
        'msgid ""', 'msgstr ""', '"Language: ja\\n"', '"Plural-Forms: nplurals=1; plural=0;\\n"',
        '"Content-Type: text/plain; charset=utf-8\\n"', "",
    ]  # fmt: skip
    for english, said in STRINGS.items():
        lines += [f'msgid "{english}"', f'msgstr "{said}"', ""]
    lines += [f'msgid "{PLURAL[0]}"', f'msgid_plural "{PLURAL[1]}"', f'msgstr[0] "{PLURAL[2]}"', ""]
    (tmp_path / "ja").mkdir()
    (tmp_path / "ja" / "few.po").write_text("\n".join(lines), encoding="utf-8")
    with languages_in(tmp_path):
        yield


def test_its_strings_are_ours() -> None:
    """Otherwise this test would say nothing."""
    known = {text for texts, _context in collect_sentences() for text in texts}
    assert {*STRINGS, *PLURAL[:2]} <= known
    assert list_languages() == ("en", "ja")


async def test_a_japanese_team(people: Everyone, recorder: Recorder) -> None:
    """The private answer, the form and the card are in Japanese; what has no translation yet is in English."""
    ana = people.ana
    ana.origin = replace(ana.origin, locale="ja")
    got = await ana.types("トークンをキャッシュするのをやめて、署名することにした。")
    assert "#lanternに#1として保存しました。 ほかにもいた人は、自分の版を追加できます。" in got.text
    assert "[元に戻す]" in got.text
    form = (await ana.does(Log())).form
    assert (form.title, form.submit, form.fields[0].label) == ("気づきを記録", "保存", "何に気づきましたか。")
    await people.ben.bot.tick()
    card = next(each for each in recorder.standing.values() if "トークン" in each.text).post
    assert [each.label for each in card.card.buttons][:3] == [
        "ハイタッチ", "その場にいた", "自分の版を追加",
    ]  # fmt: skip
    assert card.language == "ja"
    assert "気づき #1" in recorder.texts()[-1]


def test_its_dates_and_lists() -> None:
    """They are Babel's."""
    day = date(2026, 3, 16)
    with speaking("ja"):
        assert (format_day(day), format_full_day(day), month_name(3)) == ("3月16日", "2026年3月16日", "3月")
        assert weekday_names("25") == "火曜日、金曜日"
        assert join_list(["アナ", "ベン", "メイ"]) == "アナ、ベン、メイ"


def test_a_text_without_spaces_is_cut_where_it_is_full() -> None:
    """Nothing waits for a space that does not come."""
    words = "毎週金曜日に短いまとめを投稿します。" * 20
    assert f"{words[:60]} …" in make_excerpt(words, 60)
    assert clip_text(words, 100) == f"{words[:100]} …"


async def test_its_picture_is_drawn() -> None:
    """Its labels are in a font that has them, and its alt text says what it shows."""
    week = Week(date(2026, 3, 13), date(2026, 3, 19), 0, 12, 0)
    with speaking("ja"):
        drawing = plan_recap_chart((week,))
    assert drawing.alt.startswith("2026年3月19日までの12週間に、毎週保存された瞬間。 合計：")
    assert "気づき12件" in drawing.alt
    picture = await SHARED_DRAWER.draw(drawing)
    assert picture is not None
