"""Tests of custom ids: they fit, can be read back, and are unique in their message."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from adapters.discord import custom_ids
from adapters.discord.custom_ids import LONGEST_ID, NOBODY_ELSE, CustomId
from bot.core.params import ENCODED_LIMIT
from bot.features import DECLARATIONS

SNOWFLAKE = strategies.one_of(strategies.just(""), strategies.integers(1, 2**64 - 1).map(str))
LARGEST = str(2**64 - 1)
LONGEST = "x" * ENCODED_LIMIT


@given(strategies.text(min_size=1, max_size=30), strategies.integers(0, 999), SNOWFLAKE, SNOWFLAKE, SNOWFLAKE)
def test_a_frame_comes_back(command: str, number: int, guild: str, opened: str, asker: str) -> None:
    """This holds for any command, with dots in it too."""
    frame = CustomId(command, number, guild, opened, asker)
    assert custom_ids.read_custom_id(custom_ids.write_custom_id(frame)) == frame


def test_every_button_of_the_core_fits() -> None:
    """It fits in a server's message, in a reply for one person, and in a direct message, which names the server."""
    assert custom_ids.can_fit(CustomId(LONGEST, 999, asker=LARGEST))
    assert custom_ids.can_fit(CustomId(LONGEST, 999, LARGEST, asker=NOBODY_ELSE))
    assert custom_ids.can_fit(CustomId(LONGEST, 999, LARGEST))
    assert len(custom_ids.write_custom_id(CustomId(LONGEST, 999, LARGEST))) <= LONGEST_ID


def test_a_button_that_shows_the_answer_to_a_message() -> None:
    """It carries the message, and the server that it chooses. No command of the core is like it."""
    assert CustomId("reply-show:12", asker="7").asked_in == "12"
    assert CustomId("reply-show:12:34", asker=NOBODY_ELSE).server == "34"
    assert CustomId("reply-show:12", guild="5").server == "5"
    assert CustomId("edit:12:34", guild="5").server == "5"
    assert CustomId("edit:12:34").asked_in == CustomId("edit:12:34").server == ""
    keys = {each.key for each in DECLARATIONS}
    assert not keys & {custom_ids.SHOW, custom_ids.REMOVE, custom_ids.MORE}


def test_a_form_that_does_not_fit_is_told() -> None:
    """It can then be saved as a draft first."""
    assert custom_ids.can_fit(CustomId(LONGEST, opened=LARGEST))
    assert not custom_ids.can_fit(CustomId("x" * 99, opened=LARGEST))
    with pytest.raises(ValueError, match="a custom_id holds 100"):
        custom_ids.write_custom_id(CustomId("x" * 99))


@pytest.mark.parametrize("custom_id", ["", "log", "1.2.log", "!.a.b.log", "1.Ä.b.log", "1.%.b.log"])
def test_what_is_not_ours(custom_id: str) -> None:
    """It is another bot's, or of an older version."""
    with pytest.raises(ValueError, match="not one of our frames"):
        custom_ids.read_custom_id(custom_id)


def test_a_press_on_a_button_and_in_a_menu() -> None:
    """In a menu the chosen entry counts. Without a choice there is no CustomId."""
    assert custom_ids.read_pressed_id({"component_type": 2, "custom_id": "1...edit:7.42"}) == CustomId(
        "edit:7.42", 1
    )
    menu = {"component_type": 3, "custom_id": "2...", "values": ["3...delete:7.42"]}
    assert custom_ids.read_pressed_id(menu) == CustomId("delete:7.42", 3)
    assert custom_ids.read_pressed_id({"component_type": 3, "custom_id": "2...", "values": []}) is None
