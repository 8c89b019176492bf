"""Tests of the recap's card: its words, and that it fits one screen of a phone."""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.charts.recap_chart import Week
from bot.core.messages import Button, Entry, Quote, Section, Small, Text, Title
from bot.core.plain_text import render_plain_card, render_plain_line
from bot.core.posts import ReportLine
from bot.core.text import make_excerpt, number_in_words
from bot.recaps.card import SCREEN_LINES, compose_recap_card, count_screen_lines, share_screen
from bot.recaps.content import (
    Participation,
    RecapContent,
    ToldAnswer,
    ToldMoment,
    ToldPart,
    ToldVersion,
    recap_document,
    recap_title,
)

LISBON = ZoneInfo("Europe/Lisbon")
UNTIL = datetime(2026, 3, 20, 16, tzinfo=UTC)
EMPTY = RecapContent(since=UNTIL - timedelta(days=7), until=UNTIL, zone=LISBON)
CACHE = ToldMoment(40, "experiment", "Ana", "We cached tokens.", "Logins got slower.", "We sign once now.")
IMPORT = ToldMoment(41, "aha", "Mei", "Imports need a template.")
WHOLE = replace(
    EMPTY,
    experiments=(CACHE,),
    moments=(
        replace(IMPORT, versions=(ToldVersion("Ana", "the spreadsheet"), ToldVersion("Ben", "the silence"))),
    ),
    answers=(ToldAnswer("What did we decide?", "Omar", "To stop the Monday call."),),
    more=7,
    still_open=(38,),
    heard=Participation(6, 3),
    year_ago=ToldMoment(7, "aha", "Ben", "Nobody reads the docs."),
    question="What would we try?",
    weeks=(Week(date(2026, 3, 13), date(2026, 3, 20), 1, 8, 0),),
    crowd=3,
)


def said(recap: RecapContent) -> str:
    return render_plain_card(compose_recap_card(recap))


def test_what_failed_comes_first_and_the_question_last() -> None:
    assert said(WHOLE) == (
        "The week to 20 March\n"
        "\n"
        "What we tried and learned\n"
        "• “We cached tokens.\nLogins got slower.\n→ We sign once now.” — #40 · Ana\n"
        "\n"
        "Moments\n"
        "• “Imports need a template.” — #41 · Mei · "
        "Ana: “the spreadsheet” · Ben: “the silence”\n"
        "7 more: /aha find\n"
        "We asked: What did we decide?\n"
        "Omar: “To stop the Monday call.”\n"
        "What did #38 teach us? Nobody has said yet.\n"
        "Six people took part. Three answers were anonymous.\n"
        "A year ago: “Nobody reads the docs.” · #7 · Ben\n"
        "For next week: What would we try?"
    )


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"experiments": ()}, "What we tried"),
        ({"moments": (), "more": 0}, "Moments"),
        ({"answers": ()}, "We asked"),
        ({"still_open": ()}, "Nobody has said yet"),
        ({"heard": Participation()}, "took part"),
        ({"year_ago": None}, "A year ago"),
        ({"question": ""}, "For next week"),
    ],
)
def test_an_empty_part_vanishes(part: dict[str, object], words: str) -> None:
    without = said(replace(WHOLE, **part))  # type: ignore[arg-type]
    assert words in said(WHOLE)
    assert words not in without
    assert "\n\n\n" not in without


def test_only_what_people_said_makes_a_recap() -> None:
    assert EMPTY.is_empty
    assert replace(WHOLE, experiments=(), moments=(), answers=()).is_empty
    assert not replace(EMPTY, answers=WHOLE.answers).is_empty


def test_a_breakthrough_is_called_one() -> None:
    told = replace(EMPTY, moments=(replace(IMPORT, kind="breakthrough"),))
    assert "— Breakthrough #41 · Mei" in said(told)


def test_an_experiment_has_its_versions_too() -> None:
    told = replace(
        EMPTY, experiments=(replace(CACHE, versions=(ToldVersion("Ben", "It was the signing."),)),)
    )
    assert said(told).endswith("— #40 · Ana · Ben: “It was the signing.”")


def test_where_room_is_short_what_it_taught_stays() -> None:
    tight = said(replace(EMPTY, experiments=(CACHE,), crowd=SCREEN_LINES))
    assert "“We cached tokens.\n→ We sign once now.”" in tight
    untaught = replace(CACHE, taught="")
    assert "Logins got slower." in said(replace(EMPTY, experiments=(untaught,), crowd=SCREEN_LINES))


def test_answers_to_one_question_stand_under_it_once() -> None:
    two = (*WHOLE.answers, ToldAnswer("What did we decide?", "", "Nothing, and that was right."))
    text = said(replace(EMPTY, answers=two))
    assert text.count("What did we decide?") == 1
    assert text.endswith("Omar: “To stop the Monday call.” · “Nothing, and that was right.”")


@pytest.mark.parametrize(
    ("heard", "words"),
    [
        (Participation(1, 0), "One person took part."),
        (Participation(12, 0), "Twelve people took part."),
        (Participation(1300, 1), "1,300 people took part. One answer was anonymous."),
        (Participation(0, 4), "Four answers were anonymous."),
        (Participation(6, 0, 3), "Six people took part. Average stretch: 3 mm."),
    ],
)
def test_who_was_heard_is_a_number(heard: Participation, words: str) -> None:
    assert words in said(replace(WHOLE, heard=heard)).splitlines()


def test_several_experiments_wait_in_one_line() -> None:
    text = said(replace(WHOLE, still_open=(38, 40, 51)))
    assert "What did #38, #40 and #51 teach us? Nobody has said yet." in text


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        ("2026-03-13T16:00Z", "2026-03-20T16:00Z", "The week to 20 March"),
        ("2026-03-13T00:00Z", "2026-03-20T00:00Z", "The week to 19 March"),
        ("2025-12-26T16:00Z", "2026-01-02T16:00Z", "The week to 2 January"),
        ("2026-03-28T01:30Z", "2026-04-04T00:30Z", "The week to 4 April"),
        ("2026-03-06T16:00Z", "2026-03-20T16:00Z", "The two weeks to 20 March"),
        ("2026-02-20T16:00Z", "2026-03-20T16:00Z", "The month to 20 March"),
        ("2025-12-31T00:00Z", "2026-02-01T00:00Z", "The month to 31 January"),
        ("2025-12-20T16:00Z", "2026-03-20T16:00Z", "The quarter to 20 March 2026"),
        ("2025-03-20T16:00Z", "2026-03-20T16:00Z", "The year to 20 March 2026"),
        ("2026-03-12T23:30Z", "2026-03-19T23:30Z", "The week to 19 March"),
    ],
)
def test_the_title_names_the_period(since: str, until: str, words: str) -> None:
    begins, ends = datetime.fromisoformat(since), datetime.fromisoformat(until)
    assert recap_title(replace(EMPTY, since=begins, until=ends)) == words


def test_the_title_is_in_the_teams_zone() -> None:
    late = datetime(2026, 3, 12, 23, 30, tzinfo=UTC)
    told = replace(EMPTY, since=late, until=late + timedelta(days=7), zone=ZoneInfo("Asia/Singapore"))
    assert recap_title(told) == "The week to 20 March"


@pytest.mark.parametrize(
    ("there", "shown"),
    [
        ((0, 5, 0), (0, 5, 0)),
        ((0, 40, 0), (0, 5, 0)),
        ((3, 1, 0), (3, 1, 0)),
        ((2, 2, 3), (2, 2, 3)),
        ((1, 4, 3), (1, 3, 3)),
        ((3, 5, 0), (2, 3, 0)),
        ((9, 9, 9), (2, 2, 3)),
        ((0, 0, 9), (0, 0, 3)),
    ],
)
def test_the_room_is_shared(there: tuple[int, int, int], shown: tuple[int, int, int]) -> None:
    assert share_screen(*there) == shown


def test_the_room_is_shared_in_the_same_way_again() -> None:
    """Sharing the screen among the shown parts again changes nothing, even with more open experiments."""
    for there in product(range(5), range(8), range(5)):
        shown = share_screen(*there)
        again = {share_screen(more, *shown[1:]) for more in range(shown[0], there[0] + 1)}
        assert again == {shown}
        assert count_screen_lines(*shown) <= SCREEN_LINES


def height(recap: RecapContent) -> int:
    """Return the card's height in points on a phone 390 points wide.

    A line holds 44 letters, or 56 small ones.
    """
    points = 0
    for block in compose_recap_card(recap).blocks:
        match block:
            case Title():
                points += 40
            case Section():
                points += 30
            case Quote(words):
                points += 30 + sum(22 * -(-len(line) // 44) for line in words.split("\n"))
            case Entry(words, small):
                assert isinstance(words, str)
                told = render_plain_line(small).split("\n")
                points += 12 + sum(22 * -(-len(line) // 44) for line in words.split("\n"))
                points += sum(18 * -(-len(line) // 56) for line in told)
            case Small(line):
                points += 6 + 18 * -(-len(render_plain_line(line)) // 56)
            case Text(line):
                points += 8 + 22 * -(-len(render_plain_line(line)) // 44)
    return points


def test_a_full_week_fits_one_screen_of_a_phone() -> None:
    """A phone has 844 points. The chat's bars and its input leave about 650."""
    words = "Imports need a template, not a wizard, and people told us so for months before."
    told = replace(IMPORT, text=words)
    tried = replace(CACHE, text=words, happened=words, taught="We sign each token once now.")
    answers = (*WHOLE.answers, ToldAnswer("What did we decide?", "Mei", "To ask before we build."))
    full = replace(
        WHOLE, experiments=(tried,), moments=(told,) * 3, answers=answers, crowd=count_screen_lines(1, 3, 2)
    )
    assert height(full) < 650


def test_the_longest_words_of_everyone_make_it_a_screen_and_a_half() -> None:
    long = "We learnt, after a great many words, that brevity would have been the kinder thing. " * 20
    told = ToldMoment(
        100, "aha", "Alexandra", long, versions=(ToldVersion("Ana", long), ToldVersion("Ben", long))
    )
    tried = replace(told, kind="experiment", happened=long, taught=long)
    answer = ToldAnswer("Which of our rules did we last break, and what happened then, to whom?", "Ana", long)
    longest = replace(
        WHOLE,
        experiments=(tried,) * 2,
        moments=(told,) * 2,
        answers=(answer,) * 3,
        year_ago=told,
        crowd=count_screen_lines(2, 2, 3),
    )
    assert height(longest) < 1_000
    assert len(compose_recap_card(longest).blocks) <= 18


def test_the_more_there_is_the_less_of_each_is_shown() -> None:
    told = replace(IMPORT, text="so many words " * 100)
    shown = [len(said(replace(EMPTY, moments=(told,), crowd=lines))) for lines in (3, 10, 17)]
    assert shown == sorted(shown, reverse=True)
    assert shown[0] > shown[1] > shown[2]


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("short", "short"),
        ("two\n\nlines", "two lines"),
        ("a few words too many", "a few words …"),
        ("長い文章には空白がありませんから", "長い文章には空白がありませ …"),
        ("supercalifragilisticexpialidocious", "supercalifrag …"),
    ],
)
def test_an_excerpt_ends_at_a_word_where_there_is_one(words: str, shown: str) -> None:
    assert make_excerpt(words, 13) == shown


def test_numbers_up_to_twelve_are_words() -> None:
    assert [number_in_words(number) for number in (1, 12, 13, 1000)] == ["one", "twelve", "13", "1,000"]


def test_buttons_are_the_callers() -> None:
    assert compose_recap_card(WHOLE, (Button("Post here", None),)).buttons[0].label == "Post here"


def keys(value: object, at: str = "") -> set[str]:
    """Return every path to a value in a document, with lists as `[]`."""
    match value:
        case dict():
            inner = {f"{at}.{key}".lstrip("."): each for key, each in value.items()}
            return set(inner) | {path for key, each in inner.items() for path in keys(each, key)}
        case list() | tuple():
            return {path for each in value for path in keys(each, f"{at}[]")}
        case _:
            return set()


def documented(heading: str) -> set[str]:
    """Return the keys in the tables of a chapter of docs/export.md."""
    chapters = re.split(r"^# ", Path("docs/export.md").read_text("utf-8"), flags=re.MULTILINE)
    chapter = next(chapter for chapter in chapters if chapter.startswith(heading))
    cells = re.findall(r"^\| (`.*?) \|", chapter, re.MULTILINE)
    return {key for cell in cells for key in re.findall(r"`([^`]+)`", cell)}


def test_every_key_of_the_json_is_documented_and_the_other_way_round() -> None:
    closed = ToldPart(
        "closed_doors", "What we said no to", WHOLE.moments[:1], (ReportLine(("And one more.",)),)
    )
    told = recap_document(replace(WHOLE, year_ago=WHOLE.moments[0], parts=(closed,)))
    told = json.loads(json.dumps(told))
    quoted = r"(experiments\[\]|moments\[\]|parts\[\]\.moments\[\]|year_ago)\."
    repeated = {path for path in keys(told) if re.match(quoted, path)}
    of_a_moment = {re.sub(f"^{quoted}", "", path) for path in repeated}
    assert (keys(told) - repeated) | of_a_moment == documented("A recap as JSON")


def test_the_json_says_what_the_card_says_in_whole() -> None:
    told = recap_document(WHOLE)
    assert told["since"] == "2026-03-13T16:00:00Z"
    assert told["zone"] == "Europe/Lisbon"
    assert told["weeks"] == [
        {"starts": "2026-03-13", "ends": "2026-03-20", "experiments": 1, "ahas": 8, "breakthroughs": 0}
    ]
    assert told["experiments"][0]["taught"] == "We sign once now."
    assert recap_document(EMPTY)["moments"] == ()
