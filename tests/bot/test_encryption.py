"""Encrypting tokens: keys, newest first."""

import pytest
from cryptography.fernet import Fernet

from bot.encryption import NAME, Vault
from bot.settings import BadSetting

ONE, TWO = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_what_is_sealed_opens_again() -> None:
    """A rotated token's 312 characters too, with any of the keys; and nothing is nothing."""
    sealed = Vault([ONE]).seal("xoxe.xoxb-1-" + "a" * 160)
    assert "xoxb" not in sealed
    assert Vault([TWO, ONE]).open(sealed).startswith("xoxe.xoxb-1-a")
    assert Vault([ONE]).open(Vault([ONE]).seal("")) == ""


def test_renewed_only_where_it_is_needed() -> None:
    """With the newest key; what has it already stays as it is."""
    sealed = Vault([ONE]).seal("secret")
    assert Vault([ONE]).renewed(sealed) == sealed
    assert Vault([TWO]).open(Vault([TWO, ONE]).renewed(sealed)) == "secret"
    with pytest.raises(BadSetting, match="put that key back"):
        Vault([TWO]).renewed(sealed)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "is missing"),
        ({NAME: " , "}, "is missing"),
        ({NAME: "hunter2"}, "takes Fernet keys"),
        ({NAME: f"{ONE},é"}, "takes Fernet keys"),
    ],
)
def test_without_a_good_key_it_does_not_start(given: dict[str, str], sentence: str) -> None:
    """One sentence, which never repeats a key."""
    with pytest.raises(BadSetting, match=sentence) as wrong:
        Vault.read(given)
    assert "hunter2" not in str(wrong.value)
    assert ONE not in str(wrong.value)


def test_keys_from_the_environment() -> None:
    """With white space around them, as people paste them."""
    assert Vault.read({NAME: f" {TWO} , {ONE} "}).open(Vault([ONE]).seal("x")) == "x"
