"""The app's answers to an interaction, and what the person sees of them: messages, edited messages, modals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.discord import parts, payloads
from tests.fakes.discord.checks import limits
from tests.fakes.discord.world import (
    CHOICES,
    COMMAND,
    COMMAND_SAID,
    COMPLETE,
    DEFER,
    DEFER_EDIT,
    EDIT,
    EPHEMERAL,
    LOADING,
    MENU_SAID,
    MESSAGE,
    MODAL,
    PRESS,
    REPLY,
    SAID,
    SUBMIT,
    Interaction,
    Json,
    Message,
    Modal,
)

if TYPE_CHECKING:
    from tests.fakes.discord.server import Discord


def of_callback(did: Interaction, body: Json, files: dict[str, bytes]) -> list[str]:
    """Return the problems of a callback, including those that depend on its interaction."""
    kind, on = body.get("type"), did.on
    found = []
    if (kind == CHOICES) != (did.type == COMPLETE):
        found.append(f"type {kind} for an interaction of type {did.type}")
    if kind == MODAL and did.type == SUBMIT:
        found.append("a modal on a modal")
    if kind in (DEFER_EDIT, EDIT) and (did.type not in (PRESS, SUBMIT) or on is None):
        found.append(f"type {kind}, and there is no message to rewrite")
    standing = [each.name for each in on.attachments] if on else []
    return found + limits.of_callback(body, files, bool(on and on.flags & limits.V2), standing)


def take(discord: Discord, did: Interaction, body: Json, files: dict[str, bytes]) -> Message | None:
    """Apply the first callback, and return the message that it made or edited."""
    did.answered, data = body["type"], body.get("data") or {}
    match did.answered:
        case 4:
            did.original = _said(discord, did, data, files)
        case 5:
            did.original = _thinking(discord, did, data)
        case 6:
            did.original = did.on
        case 7 if "data" not in body:
            assert did.on is not None
            did.original, did.answered = did.on, DEFER_EDIT
            did.on.chosen.clear()
        case 7:
            assert did.on is not None
            did.original = did.on
            rewrite(discord, did, did.on, data, files)
        case 8:
            did.choices = data["choices"]
        case 9:
            _opens(discord, did, data)
        case _:
            pass
    did.came.set()
    return did.original if did.answered in (MESSAGE, EDIT, DEFER) else None


def _message(discord: Discord, did: Interaction, flags: int) -> Message:
    """Create an empty message of the app that answers the interaction."""
    world = discord.world
    menu = did.type == COMMAND and did.data.get("type") != 1
    said = Message(
        world.mint.mint(), did.channel.id, world.bot.id, webhook=world.app,
        metadata=payloads.metadata(world, did), to=did.user.id if flags & EPHEMERAL else "",
        type={COMMAND: MENU_SAID if menu else COMMAND_SAID}.get(did.type, SAID),
    )  # fmt: skip
    if did.on is not None:
        said.type, said.reference, said.pings = REPLY, did.on.id, False
    did.said.append(said)
    return said


def _said(discord: Discord, did: Interaction, data: Json, files: dict[str, bytes]) -> Message:
    said = _message(discord, did, data.get("flags") or 0)
    parts.written(discord.world, said, data, parts.files_of(discord.world, data, files))
    return discord.stands(said)


def _thinking(discord: Discord, did: Interaction, data: Json) -> Message:
    said = _message(discord, did, data.get("flags") or 0)
    said.flags |= LOADING | (data.get("flags") or 0) & EPHEMERAL
    return discord.stands(said)


def _opens(discord: Discord, did: Interaction, data: Json) -> None:
    """Open a modal for the user, and close any other that is open."""
    for other in discord.world.interactions.values():
        if other.modal is not None and other.user is did.user:
            other.modal.open = False
    did.modal = Modal(discord.world.mint.mint(), did.user.id, parts.modal(data), did)


def rewrite(discord: Discord, did: Interaction, said: Message, body: Json, files: dict[str, bytes]) -> None:
    """Edit a message that the interaction can reach."""
    thinking = said.loading
    parts.edit(discord.world, said, body, parts.files_of(discord.world, body, files))
    did.changed.append(said)
    discord.changed(said, counts=not thinking)
    did.came.set()


def follow(discord: Discord, did: Interaction, body: Json, files: dict[str, bytes]) -> Message:
    """Send a follow-up. The first one replaces the loading message, and is ephemeral if that was."""
    if did.original is not None and did.original.loading:
        rewrite(discord, did, did.original, body, files)
        return did.original
    said = _said(discord, did, body, files)
    did.came.set()
    return said


def told(discord: Discord, did: Interaction, message: Message | None) -> Json:
    """Return an `InteractionCallbackResponse`."""
    about: Json = {"id": did.id, "type": did.type, "channel_id": did.channel.id}
    if did.channel.server:
        about["guild_id"] = did.channel.server
    if message is not None:
        about |= {
            "response_message_id": message.id, "response_message_loading": message.loading,
            "response_message_ephemeral": bool(message.to),
        }  # fmt: skip
    if message is None or did.answered == DEFER:
        return {"interaction": about}
    seen = payloads.message(discord.world, message)
    return {"interaction": about, "resource": {"type": did.answered, "message": seen}}
