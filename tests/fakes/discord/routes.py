"""The routes of Discord's REST API that the bot needs, each as strict as the real one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.fakes.discord import answers, payloads
from tests.fakes.discord.checks import limits
from tests.fakes.discord.checks.permissions import Can, in_channel
from tests.fakes.discord.parts import edit, files_of, written
from tests.fakes.discord.world import (
    FORUM,
    PRIVATE_THREAD,
    REPLY,
    THREAD,
    Channel,
    DiscordError,
    Interaction,
    Json,
    Message,
    Reaction,
    Server,
    forbidden,
    now,
    unknown,
)

if TYPE_CHECKING:
    from tests.fakes.discord.server import Discord
    from tests.fakes.discord.world import World


@dataclass(frozen=True)
class Call:
    """One call: the parameters of its address, its body, and its uploaded files."""

    discord: Discord
    params: dict[str, str]
    body: Any
    query: dict[str, str]
    files: dict[str, bytes]
    kind: str = ""

    @property
    def world(self) -> World:
        """The state of the fake Discord."""
        return self.discord.world

    def checked(self, problems: Iterable[str], where: str = "") -> None:
        """Raise DiscordError with the problems of a body, if there are any. They also fail the test."""
        found = [f"{where}: {problem}" if where else problem for problem in problems]
        if found:
            self.discord.problems += found
            errors = {"_errors": [{"code": "BASE_TYPE_BAD", "message": each} for each in found]}
            raise DiscordError(400, 50035, "Invalid Form Body", errors=errors)

    def place(self, needs: int = 0) -> Channel:
        """Return the channel of the call.

        Raises DiscordError if it is missing or hidden, or the bot lacks a permission in `needs`.
        """
        found = self.world.channels.get(self.params["channel_id"])
        if found is None or found.deleted:
            raise unknown("Channel")
        if (here := self.world.server_of(found)) is not None and here.unavailable:
            raise unknown("Channel")
        may = in_channel(self.world, found, self.world.bot.id)
        if not may & Can.VIEW_CHANNEL or not payloads.sees(self.world, found):
            raise forbidden(50001)
        if needs & ~may:
            raise forbidden(50013)
        return found

    def message(self, place: Channel) -> Message:
        """Return the message of the call. Raises DiscordError if it is missing."""
        return self.world.near(place.id, self.params["message_id"])

    def server(self) -> Server:
        """Return the server of the call. Raises DiscordError if it is missing or unavailable, or without the bot."""
        found = self.world.servers.get(self.params["guild_id"])
        if found is None or found.unavailable or self.world.bot.id not in found.members:
            raise unknown("Guild")
        return found

    def interaction(self) -> Interaction:
        """Return the interaction of a webhook's token. Raises DiscordError if it is unknown, too old or unanswered."""
        found = self.world.interactions.get(self.params["webhook_token"])
        if found is None or self.params["webhook_id"] != self.world.app:
            raise unknown("Webhook")
        if found.age > self.discord.token_lives:
            raise DiscordError(401, 50027, "Invalid Webhook Token")
        if not found.answered:
            raise unknown("Webhook")
        return found

    def told(self, message: Message) -> Json:
        """Return a message as the API returns it."""
        return payloads.message(self.world, message, self.discord.reads)


Do = Callable[[Call], Any]
UNKNOWN_REFERENCE = "MESSAGE_REFERENCE_UNKNOWN_MESSAGE"


# The app and its bot


def gateway_bot(call: Call) -> Json:
    """Answer `GET /gateway/bot`."""
    return gateway_url(call) | {
        "shards": 1,
        "session_start_limit": {
            "total": 1000, "remaining": call.discord.gateway.starts, "reset_after": 14400000,
            "max_concurrency": 1,
        },
    }  # fmt: skip


def gateway_url(call: Call) -> Json:
    """Answer `GET /gateway`."""
    return {"url": call.discord.gateway.url}


def me(call: Call) -> Json:
    """Answer `GET /users/@me`."""
    return payloads.me(call.world)


def application(call: Call) -> Json:
    """Answer `GET /oauth2/applications/@me`."""
    return payloads.application(call.world, call.discord.gateway.flags)


def my_servers(call: Call) -> list[Json]:
    """Answer `GET /users/@me/guilds`."""
    bot = call.world.bot.id
    return [payloads.partial_server(call.world, s) for s in call.world.servers.values() if bot in s.members]


def leave(call: Call) -> None:
    """Answer `DELETE /users/@me/guilds/{guild_id}`."""
    here = call.server()
    call.world.leaves(here)
    call.discord.expelled(here)


def open_direct(call: Call) -> Json:
    """Answer `POST /users/@me/channels`. It succeeds even for a person who takes no messages; sending then fails."""
    user = call.world.users.get(str(call.body.get("recipient_id")))
    if user is None:
        raise unknown("User")
    if user.bot:
        raise forbidden(50007)
    return payloads.channel(call.world, call.world.direct(user.id))


def user(call: Call) -> Json:
    """Answer `GET /users/{user_id}`."""
    found = call.world.users.get(call.params["user_id"])
    if found is None:
        raise unknown("User")
    return payloads.user(found)


# Servers and channels


def server(call: Call) -> Json:
    """Answer `GET /guilds/{guild_id}`."""
    return payloads.server(call.world, call.server())


def server_channels(call: Call) -> list[Json]:
    """Answer `GET /guilds/{guild_id}/channels`, without threads."""
    here = call.server()
    found = [c for c in call.world.channels.values() if c.server == here.id and not c.deleted]
    return [payloads.channel(call.world, each) for each in found if not each.is_thread]


def active_threads(call: Call) -> Json:
    """Answer `GET /guilds/{guild_id}/threads/active`."""
    here = call.server()
    found = [
        c
        for c in call.world.channels.values()
        if c.server == here.id and c.is_thread and not c.archived and not c.deleted
    ]
    told = [payloads.channel(call.world, each) for each in found if payloads.sees(call.world, each)]
    return {"threads": told, "members": [], "has_more": False}


def member(call: Call) -> Json:
    """Answer `GET /guilds/{guild_id}/members/{user_id}`."""
    found = call.server().members.get(call.params["user_id"].replace("@me", call.world.bot.id))
    if found is None:
        raise unknown("Member")
    return payloads.member(found)


def roles(call: Call) -> list[Json]:
    """Answer `GET /guilds/{guild_id}/roles`."""
    return [payloads.role(each) for each in call.server().roles.values()]


def channel(call: Call) -> Json:
    """Answer `GET /channels/{channel_id}`."""
    return payloads.channel(call.world, call.place())


def edit_channel(call: Call) -> Json:
    """Answer `PATCH /channels/{channel_id}`. A thread can also be archived or locked."""
    place = call.place()
    needs = Can.MANAGE_THREADS if place.is_thread else Can.MANAGE_CHANNELS
    own = place.is_thread and place.owner == call.world.bot.id and not call.body.keys() & {"locked"}
    if not own:
        call.place(needs)
    for name in ("name", "topic", "archived", "locked"):
        if name in call.body:
            setattr(place, name, call.body[name])
    call.discord.moved(place)
    return payloads.channel(call.world, place)


def delete_channel(call: Call) -> Json:
    """Answer `DELETE /channels/{channel_id}`."""
    place = call.place()
    call.place(Can.MANAGE_THREADS if place.is_thread else Can.MANAGE_CHANNELS)
    told = payloads.channel(call.world, place)
    call.discord.removed(place)
    return told


def typing(call: Call) -> None:
    """Answer `POST /channels/{channel_id}/typing`."""
    call.place()


# Messages


def send(call: Call) -> Json:
    """Answer `POST /channels/{channel_id}/messages`. An enforced nonce makes only one message."""
    place = call.place()
    _may_speak(call, place)
    call.checked(limits.of_message(call.body, call.files), "message")
    nonce, enforced = call.body.get("nonce"), bool(call.body.get("enforce_nonce"))
    if enforced and (first := call.discord.nonces.first(place.id, str(nonce))) is not None:
        return call.told(call.world.messages[first])
    message = _message(call, place, call.body)
    message.nonce = nonce
    if enforced:
        call.discord.nonces.keep(place.id, str(nonce), message.id)
    return call.told(call.discord.stands(message))


def _may_speak(call: Call, place: Channel) -> None:
    if place.type == FORUM:
        raise DiscordError(400, 50008, "Cannot send messages in a non-text channel")
    if place.user:
        closed = call.world.users[place.user].closed or not call.world.shared(place.user)
        if closed:
            raise forbidden(50007)
    needs = Can.SEND_MESSAGES_IN_THREADS if place.is_thread else Can.SEND_MESSAGES
    if call.body.get("embeds"):
        needs |= Can.EMBED_LINKS
    if call.files:
        needs |= Can.ATTACH_FILES
    if call.body.get("message_reference"):
        needs |= Can.READ_MESSAGE_HISTORY
    call.place(needs)
    if place.locked and not in_channel(call.world, place, call.world.bot.id) & Can.MANAGE_THREADS:
        raise DiscordError(400, 50083, "Thread is archived")


def _message(call: Call, place: Channel, body: Json) -> Message:
    """Create a message of the bot."""
    bot = call.world.bot.id
    message = Message(call.world.mint.mint(), place.id, bot)
    if reference := body.get("message_reference"):
        wanted = str(reference["message_id"])
        if call.world.message(wanted) is not None:
            message.reference, message.type = wanted, REPLY
            message.pings = bool((body.get("allowed_mentions") or {}).get("replied_user", False))
        elif reference.get("fail_if_not_exists", True):
            errors = {
                "message_reference": {"_errors": [{"code": UNKNOWN_REFERENCE, "message": "Unknown message"}]}
            }
            raise DiscordError(400, 50035, "Invalid Form Body", errors=errors)
    written(call.world, message, body, files_of(call.world, body, call.files))
    return message


def messages(call: Call) -> list[Json]:
    """Answer `GET /channels/{channel_id}/messages`, newest first."""
    place = call.place(Can.READ_MESSAGE_HISTORY)
    after, before = int(call.query.get("after") or 0), int(call.query.get("before") or 1 << 63)
    found = [m for m in call.world.standing(place.id) if after < int(m.id) < before]
    limit = int(call.query.get("limit") or 50)
    found = found[:limit] if "after" in call.query else found[-limit:]
    return [call.told(each) for each in found[::-1]]


def message(call: Call) -> Json:
    """Answer `GET /channels/{channel_id}/messages/{message_id}`."""
    place = call.place(Can.READ_MESSAGE_HISTORY)
    return call.told(call.message(place))


def edit_message(call: Call) -> Json:
    """Answer `PATCH /channels/{channel_id}/messages/{message_id}`, for the bot's own messages only."""
    place = call.place()
    said = call.message(place)
    if said.author != call.world.bot.id:
        raise forbidden(50005)
    if place.archived:
        raise DiscordError(400, 50083, "Thread is archived")
    call.checked(_of_edit(call, said), "edit")
    edit(call.world, said, call.body, files_of(call.world, call.body, call.files))
    call.discord.changed(said)
    return call.told(said)


def _of_edit(call: Call, said: Message) -> list[str]:
    names = [each.name for each in said.attachments]
    return limits.of_message(call.body, call.files, bool(said.flags & limits.V2), names, edit=True)


def delete_message(call: Call) -> None:
    """Answer `DELETE /channels/{channel_id}/messages/{message_id}`."""
    place = call.place()
    said = call.message(place)
    if said.author != call.world.bot.id:
        call.place(Can.MANAGE_MESSAGES)
    call.discord.gone(said)


def delete_messages(call: Call) -> None:
    """Answer `POST /channels/{channel_id}/messages/bulk-delete`."""
    place = call.place(Can.MANAGE_MESSAGES)
    wanted = [call.world.message(str(each)) for each in call.body["messages"]]
    call.discord.gone(*[each for each in wanted if each is not None and each.channel == place.id])


def start_thread(call: Call) -> Json:
    """Answer `POST /channels/{channel_id}/messages/{message_id}/threads`."""
    place = call.place(Can.CREATE_PUBLIC_THREADS | Can.READ_MESSAGE_HISTORY)
    starter = call.message(place)
    if (there := call.world.channels.get(starter.id)) is not None and not there.deleted:
        raise DiscordError(400, 160004, "A thread has already been created for this message")
    bot = call.world.bot.id
    thread = Channel(starter.id, call.body["name"], THREAD, place.server, place.id, owner=bot)
    return payloads.channel(call.world, call.discord.began(thread, starter))


def new_thread(call: Call) -> Json:
    """Answer `POST /channels/{channel_id}/threads`: a thread without a message, or a post in a forum."""
    place, bot = call.place(), call.world.bot.id
    call.place(Can.SEND_MESSAGES if place.type == FORUM else Can.CREATE_PUBLIC_THREADS)
    kind = THREAD if place.type == FORUM else call.body.get("type") or PRIVATE_THREAD
    thread = Channel(call.world.mint.mint(), call.body["name"], kind, place.server, place.id, owner=bot)
    thread.joined.add(bot)
    if place.type != FORUM:
        return payloads.channel(call.world, call.discord.began(thread))
    body, thread.applied = call.body["message"], call.body.get("applied_tags") or []
    if place.requires_tag and not thread.applied:
        raise DiscordError(400, 40067, "A tag is required to create a forum post in this channel")
    moderated = {tag["id"] for tag in place.tags if tag["moderated"]}
    if moderated & {*thread.applied}:
        call.place(Can.MANAGE_THREADS)
    assert {*thread.applied} <= {tag["id"] for tag in place.tags}
    call.checked(limits.of_message(body, call.files), "post")
    call.discord.began(thread)
    first = Message(thread.id, thread.id, bot)
    written(call.world, first, body, files_of(call.world, body, call.files))
    call.discord.stands(first)
    return payloads.channel(call.world, thread) | {"message": call.told(first)}


def thread_member(call: Call) -> Json:
    """Answer `GET /channels/{channel_id}/thread-members/{user_id}`."""
    thread, user = call.place(), call.params["user_id"]
    if user not in thread.joined:
        raise unknown("Member")
    return {"id": thread.id, "user_id": user, "join_timestamp": now(), "flags": 0}


def join_thread(call: Call) -> None:
    """Answer `PUT /channels/{channel_id}/thread-members/@me`."""
    call.place().joined.add(call.world.bot.id)


# Reactions


def react(call: Call) -> None:
    """Answer `PUT …/reactions/{emoji_name}/@me`. An emoji that is new on the message needs ADD_REACTIONS."""
    place = call.place(Can.READ_MESSAGE_HISTORY)
    said, emoji = call.message(place), _emoji(call)
    if call.params["emoji_name"] not in said.reactions:
        call.place(Can.ADD_REACTIONS)
        if len(said.reactions) >= 20:
            raise DiscordError(400, 30010, "Maximum number of reactions reached (20)")
    call.discord.reacted(said, call.world.bot.id, emoji)


def _emoji(call: Call) -> Json:
    """Return the emoji of the call: a character, or `name:id` of a custom one on a server that has the bot."""
    name, _, id = call.params["emoji_name"].partition(":")
    if not id:
        if name.isascii():
            raise unknown("Emoji")
        return {"id": None, "name": name}
    for here in call.world.servers.values():
        if id in here.emojis and call.world.bot.id in here.members:
            return here.emojis[id]
    raise unknown("Emoji")


def unreact(call: Call) -> None:
    """Answer `DELETE …/reactions/{emoji_name}/@me`."""
    said, emoji = call.message(call.place()), _emoji(call)
    call.discord.reacted(said, call.world.bot.id, emoji, on=False)


def unreact_other(call: Call) -> None:
    """Answer `DELETE …/reactions/{emoji_name}/{user_id}`."""
    said, emoji = call.message(call.place(Can.MANAGE_MESSAGES)), _emoji(call)
    call.discord.reacted(said, call.params["user_id"], emoji, on=False)


def reactors(call: Call) -> list[Json]:
    """Answer `GET …/reactions/{emoji_name}`; `type=1` asks for super reactions."""
    said = call.message(call.place(Can.READ_MESSAGE_HISTORY))
    found = said.reactions.get(call.params["emoji_name"]) or Reaction({})
    burst = call.query.get("type") == "1"
    return [payloads.user(call.world.users[each]) for each in (found.burst if burst else found.normal)]


def clear_reactions(call: Call) -> None:
    """Answer `DELETE …/reactions`."""
    call.discord.cleared(call.message(call.place(Can.MANAGE_MESSAGES)))


def clear_emoji(call: Call) -> None:
    """Answer `DELETE …/reactions/{emoji_name}`."""
    said = call.message(call.place(Can.MANAGE_MESSAGES))
    if call.params["emoji_name"] in said.reactions:
        call.discord.cleared(said, call.params["emoji_name"])


# Commands


def commands(call: Call) -> list[Json]:
    """Answer `GET /applications/{application_id}/[guilds/{guild_id}/]commands`."""
    _own(call)
    found = call.world.commands.get(call.params.get("guild_id", ""), [])
    if call.query.get("with_localizations", "").lower() in ("1", "true"):
        return found
    return [payloads.without_localizations(each) for each in found]


def put_commands(call: Call) -> list[Json]:
    """Answer `PUT /applications/{application_id}/[guilds/{guild_id}/]commands`, which replaces all commands.

    A command that keeps its name and type keeps its id.
    """
    _own(call)
    here = call.params.get("guild_id", "")
    if here and call.world.bot.id not in call.server().members:
        raise forbidden(50001)
    call.checked(limits.of_commands(call.body), "commands")
    known = {(each["type"], each["name"]): each["id"] for each in call.world.commands.get(here, [])}
    told = []
    for asked in call.body:
        id = known.get((asked.get("type") or 1, asked["name"])) or call.world.mint.mint()
        told.append(payloads.command(call.world, asked, id, call.world.mint.mint(), here))
    call.world.commands[here] = told
    return told


def _own(call: Call) -> None:
    if call.params["application_id"] != call.world.app:
        raise forbidden(50001)


# Answers to interactions


def callback(call: Call) -> Json | None:
    """Answer `POST /interactions/{interaction_id}/{interaction_token}/callback`: once, and within `answer_within`."""
    found = call.world.interactions.get(call.params["interaction_token"])
    if found is None or found.id != call.params["interaction_id"]:
        raise unknown("interaction")
    if found.answered:
        raise DiscordError(400, 40060, "Interaction has already been acknowledged.")
    if found.age > call.discord.answer_within:
        raise unknown("interaction")
    call.checked(answers.of_callback(found, call.body, call.files), "callback")
    resource = answers.take(call.discord, found, call.body, call.files)
    if str(call.query.get("with_response", "")).lower() not in ("1", "true"):
        return None
    return answers.told(call.discord, found, resource)


def follow_up(call: Call) -> Json | None:
    """Answer `POST /webhooks/{webhook_id}/{webhook_token}`. The first one after deferring fills the loading message."""
    found = call.interaction()
    call.checked(limits.of_message(call.body, call.files, flags="interaction"), "follow-up")
    said = answers.follow(call.discord, found, call.body, call.files)
    return call.told(said) if call.query.get("wait", "").lower() in ("1", "true") else None


def original(call: Call) -> Json:
    """Answer `GET /webhooks/…/messages/@original`."""
    return call.told(_original(call))


def _original(call: Call) -> Message:
    found = call.interaction()
    if found.original is None or found.original.deleted:
        raise unknown("Message")
    return found.original


def edit_original(call: Call) -> Json:
    """Answer `PATCH /webhooks/…/messages/@original`."""
    return _rewrite(call, _original(call))


def _rewrite(call: Call, said: Message) -> Json:
    call.checked(_of_edit(call, said), "edit")
    answers.rewrite(call.discord, call.interaction(), said, call.body, call.files)
    return call.told(said)


def delete_original(call: Call) -> None:
    """Answer `DELETE /webhooks/…/messages/@original`."""
    call.discord.gone(_original(call))


def _followed(call: Call) -> Message:
    found, wanted = call.interaction(), call.params["message_id"]
    for said in [*found.said, *([found.on] if found.on else [])]:
        if said.id == wanted and not said.deleted:
            return said
    raise unknown("Message")


def followed(call: Call) -> Json:
    """Answer `GET /webhooks/…/messages/{message_id}`."""
    return call.told(_followed(call))


def edit_followed(call: Call) -> Json:
    """Answer `PATCH /webhooks/…/messages/{message_id}`."""
    return _rewrite(call, _followed(call))


def delete_followed(call: Call) -> None:
    """Answer `DELETE /webhooks/…/messages/{message_id}`."""
    call.discord.gone(_followed(call))


@dataclass(frozen=True)
class Route:
    """A method and a path from Discord's description, and the function that answers them."""

    method: str
    path: str
    do: Do
    needs_token: bool = True

    @property
    def name(self) -> str:
        """The route's key in `faults`, `rates` and `called`."""
        return f"{self.method} {self.path}"

    @property
    def schema(self) -> str:
        """The route's path in the description."""
        return self.path


_MESSAGE = "/channels/{channel_id}/messages/{message_id}"
_REACTION = _MESSAGE + "/reactions/{emoji_name}"
_WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"

ROUTES = (
    Route("GET", "/gateway", gateway_url, needs_token=False),
    Route("GET", "/gateway/bot", gateway_bot),
    Route("GET", "/users/@me", me),
    Route("GET", "/users/@me/guilds", my_servers),
    Route("DELETE", "/users/@me/guilds/{guild_id}", leave),
    Route("POST", "/users/@me/channels", open_direct),
    Route("GET", "/users/{user_id}", user),
    Route("GET", "/oauth2/applications/@me", application),
    Route("GET", "/applications/@me", application),
    Route("GET", "/applications/{application_id}", application),
    Route("GET", "/applications/{application_id}/commands", commands),
    Route("PUT", "/applications/{application_id}/commands", put_commands),
    Route("GET", "/applications/{application_id}/guilds/{guild_id}/commands", commands),
    Route("PUT", "/applications/{application_id}/guilds/{guild_id}/commands", put_commands),
    Route("GET", "/guilds/{guild_id}", server),
    Route("GET", "/guilds/{guild_id}/channels", server_channels),
    Route("GET", "/guilds/{guild_id}/threads/active", active_threads),
    Route("GET", "/guilds/{guild_id}/roles", roles),
    Route("GET", "/guilds/{guild_id}/members/{user_id}", member),
    Route("GET", "/channels/{channel_id}", channel),
    Route("PATCH", "/channels/{channel_id}", edit_channel),
    Route("DELETE", "/channels/{channel_id}", delete_channel),
    Route("POST", "/channels/{channel_id}/typing", typing),
    Route("GET", "/channels/{channel_id}/messages", messages),
    Route("POST", "/channels/{channel_id}/messages", send),
    Route("POST", "/channels/{channel_id}/messages/bulk-delete", delete_messages),
    Route("GET", _MESSAGE, message),
    Route("PATCH", _MESSAGE, edit_message),
    Route("DELETE", _MESSAGE, delete_message),
    Route("POST", _MESSAGE + "/threads", start_thread),
    Route("POST", "/channels/{channel_id}/threads", new_thread),
    Route("GET", "/channels/{channel_id}/thread-members/{user_id}", thread_member),
    Route("PUT", "/channels/{channel_id}/thread-members/@me", join_thread),
    Route("DELETE", _MESSAGE + "/reactions", clear_reactions),
    Route("PUT", _REACTION + "/@me", react),
    Route("DELETE", _REACTION + "/@me", unreact),
    Route("DELETE", _REACTION + "/{user_id}", unreact_other),
    Route("GET", _REACTION, reactors),
    Route("DELETE", _REACTION, clear_emoji),
    Route("POST", "/interactions/{interaction_id}/{interaction_token}/callback", callback, needs_token=False),
    Route("POST", _WEBHOOK, follow_up, needs_token=False),
    Route("GET", _WEBHOOK + "/messages/@original", original, needs_token=False),
    Route("PATCH", _WEBHOOK + "/messages/@original", edit_original, needs_token=False),
    Route("DELETE", _WEBHOOK + "/messages/@original", delete_original, needs_token=False),
    Route("GET", _WEBHOOK + "/messages/{message_id}", followed, needs_token=False),
    Route("PATCH", _WEBHOOK + "/messages/{message_id}", edit_followed, needs_token=False),
    Route("DELETE", _WEBHOOK + "/messages/{message_id}", delete_followed, needs_token=False),
)
"""All routes in the order of matching: a fixed path comes before one with a parameter in its place."""
