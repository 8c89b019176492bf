"""Objects as Discord sends them: shaped like its own samples and schemas, with every key that discord.py reads."""

from __future__ import annotations

import re
from typing import Any

from tests.fakes.discord.checks.permissions import Can, in_channel, on_server
from tests.fakes.discord.world import (
    DIRECT,
    FORUM,
    REPLY,
    STAGE,
    VOICE,
    Attachment,
    Channel,
    Interaction,
    Json,
    Member,
    Message,
    Reaction,
    Role,
    Server,
    User,
    World,
    minted_at,
)

MENTION = re.compile(r"<@!?(\d+)>")
ROLE_MENTION = re.compile(r"<@&(\d+)>")


def user(person: User) -> Json:
    """Return a `UserResponse`."""
    username = person.name if person.bot else person.name.lower()
    return {
        "id": person.id, "username": username, "avatar": None, "discriminator": "0",
        "public_flags": 0, "flags": 0, "bot": person.bot, "banner": None, "accent_color": None,
        "global_name": None if person.bot else person.name, "avatar_decoration_data": None,
        "collectibles": None, "primary_guild": None,
    }  # fmt: skip


def me(world: World) -> Json:
    """Return a `UserPIIResponse`."""
    return user(world.bot) | {
        "mfa_enabled": False, "locale": "en-US", "premium_type": 0, "email": None, "verified": True,
    }  # fmt: skip


def member(who: Member, with_user: bool = True) -> Json:
    """Return a `GuildMemberResponse`. Within messages it comes without the user."""
    told: Json = {
        "avatar": None, "banner": None, "communication_disabled_until": None, "flags": 0,
        "joined_at": who.joined, "nick": who.nick, "pending": False, "premium_since": None,
        "roles": list(who.roles), "mute": False, "deaf": False,
    }  # fmt: skip
    return told | {"user": user(who.user)} if with_user else told


def role(each: Role) -> Json:
    """Return a `GuildRoleResponse`."""
    colors = {"primary_color": 0, "secondary_color": None, "tertiary_color": None}
    return {
        "id": each.id, "name": each.name, "permissions": str(int(each.permissions)), "position": each.position,
        "color": 0, "colors": colors, "hoist": False, "managed": each.managed, "mentionable": False,
        "icon": None, "unicode_emoji": None, "flags": 0,
        **({"tags": {"bot_id": each.bot}} if each.bot else {}),
    }  # fmt: skip


def emoji(each: Json) -> Json:
    """Return a custom emoji of a server."""
    return {**each, "roles": [], "require_colons": True, "managed": False, "available": True}


def channel(world: World, place: Channel) -> Json:
    """Return a `GuildChannelResponse`, `ThreadResponse` or `PrivateChannelResponse`."""
    if place.type == DIRECT:
        return {
            "id": place.id, "type": place.type, "last_message_id": place.last, "flags": 0,
            "recipients": [user(world.users[place.user])],
        }  # fmt: skip
    told: Json = {
        "id": place.id, "type": place.type, "last_message_id": place.last, "flags": 0,
        "guild_id": place.server, "name": place.name, "rate_limit_per_user": 0,
        "parent_id": place.parent or None,
    }  # fmt: skip
    if place.is_thread:
        return told | _thread(world, place)
    told |= {
        "topic": place.topic, "position": place.position, "nsfw": False,
        "permission_overwrites": [
            {"id": each.id, "type": each.kind, "allow": str(int(each.allow)), "deny": str(int(each.deny))}
            for each in place.overwrites
        ],
    }  # fmt: skip
    if place.type in (VOICE, STAGE):
        told |= {"bitrate": 64_000, "user_limit": 0, "rtc_region": None}
    if place.type == FORUM:
        told |= {
            "flags": REQUIRE_TAG if place.requires_tag else 0, "available_tags": place.tags,
            "default_reaction_emoji": None, "default_sort_order": None,
            "default_forum_layout": 0,
        }  # fmt: skip
    return told


REQUIRE_TAG = 1 << 4
"""The flag of a forum in which every post needs a tag."""


def _thread(world: World, place: Channel) -> Json:
    count = len(world.standing(place.id))
    return {
        **({"applied_tags": place.applied} if place.applied else {}),
        "owner_id": place.owner, "message_count": count, "member_count": 1, "total_message_sent": count,
        "thread_metadata": {
            "archived": place.archived, "archive_timestamp": minted_at(place.id), "locked": place.locked,
            "auto_archive_duration": 4320, "create_timestamp": minted_at(place.id),
        },
    }  # fmt: skip


def server(world: World, here: Server) -> Json:
    """Return a `GuildResponse`."""
    return {
        "id": here.id, "name": here.name, "icon": None, "description": None, "home_header": None,
        "splash": None, "discovery_splash": None, "features": here.features, "banner": None, "owner_id": here.owner,
        "application_id": None, "region": "deprecated", "afk_channel_id": None, "afk_timeout": 300,
        "system_channel_id": here.system or None, "system_channel_flags": 0, "widget_enabled": False,
        "widget_channel_id": None, "verification_level": 0, "default_message_notifications": 0,
        "mfa_level": 0, "explicit_content_filter": 0, "max_presences": None, "max_members": 500000,
        "max_stage_video_channel_users": 50, "max_video_channel_users": 25, "vanity_url_code": None,
        "premium_tier": 0, "premium_subscription_count": 0, "preferred_locale": here.locale,
        "rules_channel_id": None, "safety_alerts_channel_id": None, "public_updates_channel_id": None,
        "premium_progress_bar_enabled": False, "nsfw": False, "nsfw_level": 0, "stickers": [],
        "incidents_data": None, "roles": [role(each) for each in here.roles.values()],
        "emojis": [emoji(each) for each in here.emojis.values()],
    }  # fmt: skip


def server_created(world: World, here: Server, again: bool) -> Json:
    """Return the data of GUILD_CREATE. Hidden channels are in it, members other than the bot are not.

    `again` says that the bot was on the server before.
    """
    places = [c for c in world.channels.values() if c.server == here.id and not c.deleted]
    open_threads = [c for c in places if c.is_thread and not c.archived and sees(world, c)]
    return {
        **server(world, here), **({"unavailable": False} if again else {}),
        "joined_at": here.members[world.bot.id].joined, "large": False, "member_count": len(here.members),
        "voice_states": [], "presences": [], "stage_instances": [], "guild_scheduled_events": [],
        "soundboard_sounds": [], "members": [member(here.members[world.bot.id])],
        "channels": [channel(world, each) for each in places if not each.is_thread],
        "threads": [channel(world, each) for each in open_threads],
    }  # fmt: skip


def sees(world: World, place: Channel) -> bool:
    """Return whether the bot receives the events of a channel."""
    if place.type == 12 and world.bot.id not in place.joined:
        return False
    return bool(in_channel(world, place, world.bot.id) & Can.VIEW_CHANNEL)


def address(world: World, place: str, file: Attachment) -> str:
    """Return the address of a file, with the parameters of a signed URL."""
    return f"{world.address}/attachments/{place}/{file.id}/{file.name}?ex=6a&is=69&hm=00"


def attachment(world: World, place: str, file: Attachment) -> Json:
    """Return a `MessageAttachmentResponse`."""
    url = address(world, place, file)
    return {
        "id": file.id, "filename": file.name, "size": len(file.data), "url": url, "proxy_url": url,
        "content_type": file.kind, **({"description": file.alt} if file.alt else {}),
    }  # fmt: skip


def reaction(each: Reaction, bot: str) -> Json:
    """Return a `MessageReactionResponse`."""
    normal, burst = len(each.normal), len(each.burst)
    return {
        "emoji": {"id": each.emoji["id"], "name": each.emoji["name"]}, "count": normal + burst,
        "count_details": {"normal": normal, "burst": burst}, "burst_colors": [], "me": bot in each.normal,
        "me_burst": bot in each.burst,
    }  # fmt: skip


def mentioned(world: World, said: Message) -> list[str]:
    """Return the ids of the users a message mentions. A reply mentions the replied author unless `pings` is off."""
    found = [each for each in MENTION.findall(said.content) if each in world.users]
    replied = world.messages.get(said.reference)
    if replied is not None and said.pings and said.type == REPLY:
        found.append(replied.author)
    return list(dict.fromkeys(found))


def may_read(world: World, said: Message) -> bool:
    """Return whether the bot sees a message's words without the privileged intent."""
    direct = bool(world.channels[said.channel].user)
    return said.author == world.bot.id or direct or world.bot.id in mentioned(world, said)


def message(world: World, said: Message, content: bool = True, nested: bool = True) -> Json:
    """Return a `MessageResponse`. Without `content` the words of others are empty, as they are without the intent."""
    shown = content or may_read(world, said)
    told: Json = {
        "id": said.id, "channel_id": said.channel, "type": said.type, "author": user(world.users[said.author]),
        "content": said.content if shown else "", "timestamp": minted_at(said.id),
        "edited_timestamp": said.edited, "tts": False, "mention_everyone": False,
        "mentions": [user(world.users[each]) for each in mentioned(world, said)],
        "mention_roles": list(dict.fromkeys(ROLE_MENTION.findall(said.content))), "flags": said.flags,
        "pinned": said.pinned,
        "embeds": said.embeds if shown else [], "components": said.components if shown else [],
        "attachments": [attachment(world, said.channel, each) for each in said.attachments] if shown else [],
    }  # fmt: skip
    if said.reactions and nested:
        told["reactions"] = [reaction(each, world.bot.id) for each in said.reactions.values()]
    if said.nonce is not None:
        told["nonce"] = said.nonce
    if said.webhook:
        told |= {"webhook_id": said.webhook, "application_id": world.app}
    if said.metadata is not None:
        told["interaction_metadata"] = said.metadata
    if said.reference:
        told |= _reference(world, said, content, nested)
    if shown:
        told |= _shown(said)
    if said.id in world.channels and not world.channels[said.id].deleted and not said.to:
        told["thread"] = channel(world, world.channels[said.id])
    return told


def _shown(said: Message) -> Json:
    """Return what a message shows beside its text and its files, if anything."""
    told: Json = {"sticker_items": said.stickers} if said.stickers else {}
    if said.poll is not None:
        told["poll"] = said.poll
    if said.forwards is not None:
        there = {"type": 1, "channel_id": said.channel, "message_id": said.id}
        told |= {"message_reference": there, "message_snapshots": [{"message": said.forwards}]}
    return told


def sticker(id: str, name: str) -> Json:
    """Return a `MessageStickerItemResponse`."""
    return {"id": id, "name": name, "format_type": 1}


def poll(question: str, *answers: str) -> Json:
    """Return a `PollResponse`."""
    told = [{"answer_id": at, "poll_media": {"text": each}} for at, each in enumerate(answers, 1)]
    return {
        "question": {"text": question}, "answers": told, "expiry": minted_at("9" * 18),
        "allow_multiselect": False, "layout_type": 1, "results": {"answer_counts": [], "is_finalized": False},
    }  # fmt: skip


def snapshot(world: World, said: Message) -> Json:
    """Return a message as it is in one that forwards it: without its author."""
    whole = message(world, said, nested=False)
    kept = (
        "type", "content", "mentions", "mention_roles", "attachments", "embeds", "timestamp", "edited_timestamp",
        "flags", "components", "sticker_items",
    )  # fmt: skip
    return {name: whole[name] for name in kept if name in whole}


def _reference(world: World, said: Message, content: bool, nested: bool) -> Json:
    place, replied = world.channels[said.channel], world.message(said.reference)
    there = {"type": 0, "channel_id": said.channel, "message_id": said.reference}
    told: Json = {"message_reference": there | ({"guild_id": place.server} if place.server else {})}
    if nested:
        told["referenced_message"] = replied and message(world, replied, content, nested=False)
    return told


def message_event(world: World, said: Message, content: bool) -> Json:
    """Return the data of MESSAGE_CREATE and MESSAGE_UPDATE."""
    place = world.channels[said.channel]
    told = message(world, said, content) | {"channel_type": place.type}
    if here := world.server_of(place):
        told["guild_id"] = here.id
        if (who := here.members.get(said.author)) is not None:
            told["member"] = member(who, with_user=False)
        for each in told["mentions"]:
            if (mentioned_member := here.members.get(each["id"])) is not None:
                each["member"] = member(mentioned_member, with_user=False)
    return told


def interaction(world: World, did: Interaction) -> Json:
    """Return the data of INTERACTION_CREATE."""
    place, here = did.channel, world.server_of(did.channel)
    told: Json = {
        "id": did.id, "application_id": world.app, "type": did.type, "token": did.token, "version": 1,
        "data": did.data, "channel_id": place.id, "channel": _partial(world, place, did.user),
        "locale": did.user.locale, "entitlements": [], "attachment_size_limit": 10 << 20,
        "app_permissions": str(int(in_channel(world, place, world.bot.id))),
        "authorizing_integration_owners": {"0": place.server or "0"},
    }  # fmt: skip
    if here is None:
        return told | {"user": user(did.user), "context": 1, **_on(world, did)}
    who = member(here.members[did.user.id])
    who["permissions"] = str(int(in_channel(world, place, did.user.id)))
    return told | {
        "guild_id": here.id, "guild": {"id": here.id, "locale": here.locale, "features": []},
        "guild_locale": here.locale, "member": who, "context": 0, **_on(world, did),
    }  # fmt: skip


def _partial(world: World, place: Channel, who: User) -> Json:
    return channel(world, place) | {"permissions": str(int(in_channel(world, place, who.id)))}


def _on(world: World, did: Interaction) -> Json:
    return {"message": message(world, did.on)} if did.on is not None else {}


def metadata(world: World, did: Interaction) -> Json:
    """Return the `interaction_metadata` of a message."""
    told: Json = {
        "id": did.id, "type": did.type, "user": user(did.user),
        "authorizing_integration_owners": {"0": did.channel.server or "0"},
    }  # fmt: skip
    if did.type == 3 and did.on is not None:
        told["interacted_message_id"] = did.on.id
    if did.type == 5 and did.opener is not None:
        told["triggering_interaction_metadata"] = metadata(world, did.opener)
    return told


def reacted(
    world: World, said: Message, who: str, each: Json, on: bool, burst: bool
) -> Json:  # fmt: skip
    """Return the data of MESSAGE_REACTION_ADD and MESSAGE_REACTION_REMOVE."""
    place = world.channels[said.channel]
    told: Json = {
        "user_id": who, "channel_id": said.channel, "message_id": said.id, "emoji": emoji_part(each),
        "burst": burst, "type": int(burst),
    }  # fmt: skip
    if here := world.server_of(place):
        told["guild_id"] = here.id
        if on and who in here.members:
            told["member"] = member(here.members[who])
    if on:
        told |= {"message_author_id": said.author} | ({"burst_colors": ["#ff00ff"]} if burst else {})
    return told


def emoji_part(each: Json) -> Json:
    """Return an emoji as it is in an event. A custom one has an id; one that was deleted long ago has only the id."""
    told: Json = {"id": each["id"], "name": each["name"]}
    return told | {"animated": True} if each.get("animated") else told


def partial_server(world: World, here: Server) -> Json:
    """Return a `MyGuildResponse`."""
    return {
        "id": here.id, "name": here.name, "icon": None, "banner": None, "owner": False, "features": [],
        "permissions": str(int(on_server(here, world.bot.id))),
    }  # fmt: skip


def application(world: World, flags: int, scopes: list[str] | None = None) -> Json:
    """Return a `PrivateApplicationResponse`: the app as its owner sees it in the developer portal."""
    install: Json = {"scopes": scopes or ["bot", "applications.commands"], "permissions": "0"}
    return {
        "id": world.app, "name": world.app_name, "icon": None, "description": "", "type": None,
        "bot": user(world.bot), "bot_public": True, "bot_require_code_grant": False, "verify_key": "0" * 64,
        "flags": flags, "flags_new": str(flags), "redirect_uris": [], "interactions_endpoint_url": None,
        "role_connections_verification_url": None, "owner": user(world.owner), "team": None,
        "approximate_guild_count": len(world.servers), "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0, "explicit_content_filter": 0,
        "eligible_oauth2_scopes": [], "install_params": install,
        "integration_types_config": {"0": {"oauth2_install_params": install}},
    }  # fmt: skip


def command(world: World, asked: Json, id: str, version: str, here: str = "") -> Json:
    """Return an `ApplicationCommandResponse`. Empty values are left out, such as `required` where it is false."""
    wanted: Any = asked.get("default_member_permissions")
    told = {
        "dm_permission": True, "contexts": None, "integration_types": [0], "nsfw": False, "type": 1,
        "description": "", "name_localizations": None, "description_localizations": None, **_sparse(asked),
        "id": id, "version": version, "application_id": world.app,
        "default_member_permissions": None if wanted is None else str(wanted),
    }  # fmt: skip
    return told | {"guild_id": here} if here else told


def _sparse(node: Json) -> Json:
    told = {name: value for name, value in node.items() if value is not None}
    for name in ("required", "autocomplete", "choices", "options"):
        if name in told and not told[name]:
            del told[name]
    if "options" in told:
        told["options"] = [_sparse(each) for each in told["options"]]
    return told


def without_localizations(node: Json) -> Json:
    """Return a command without its translations, as the API does unless they are requested."""
    told = {name: value for name, value in node.items() if not name.endswith("_localizations")}
    if "options" in told:
        told["options"] = [without_localizations(each) for each in told["options"]]
    return told
