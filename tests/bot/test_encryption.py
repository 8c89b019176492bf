"""Tests of the encryption of tokens, with the newest key first."""

import pytest
from cryptography.fernet import Fernet

from bot.encryption import KEYS_VARIABLE, Encryption
from bot.settings import SettingError

ONE, TWO = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_what_is_sealed_opens_again() -> None:
    """Any of the keys decrypts, even a rotated token of 312 characters. An empty text stays empty."""
    sealed = Encryption([ONE]).encrypt("xoxe.xoxb-1-" + "a" * 160)
    assert "xoxb" not in sealed
    assert Encryption([TWO, ONE]).decrypt(sealed).startswith("xoxe.xoxb-1-a")
    assert Encryption([ONE]).decrypt(Encryption([ONE]).encrypt("")) == ""


def test_renewed_only_where_it_is_needed() -> None:
    """A token is encrypted anew with the newest key, unless it already is."""
    sealed = Encryption([ONE]).encrypt("secret")
    assert Encryption([ONE]).rotate(sealed) == sealed
    assert Encryption([TWO]).decrypt(Encryption([TWO, ONE]).rotate(sealed)) == "secret"
    with pytest.raises(SettingError, match="Add that key again"):
        Encryption([TWO]).rotate(sealed)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "is missing"),
        ({KEYS_VARIABLE: " , "}, "is missing"),
        ({KEYS_VARIABLE: "hunter2"}, "must be Fernet keys"),
        ({KEYS_VARIABLE: f"{ONE},é"}, "must be Fernet keys"),
    ],
)
def test_without_a_good_key_it_does_not_start(given: dict[str, str], sentence: str) -> None:
    """The error is one sentence that never repeats a key."""
    with pytest.raises(SettingError, match=sentence) as wrong:
        Encryption.read(given)
    assert "hunter2" not in str(wrong.value)
    assert ONE not in str(wrong.value)


def test_keys_from_the_environment() -> None:
    """Whitespace around them, as in pasted keys, is ignored."""
    assert Encryption.read({KEYS_VARIABLE: f" {TWO} , {ONE} "}).decrypt(Encryption([ONE]).encrypt("x")) == "x"
