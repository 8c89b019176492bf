"""A recap's picture, uploaded before its post; where that is not possible the post says in words what it shows.

Slack makes an upload ready a moment after it says it is, so the first posts with it may be refused. The words that
say what it shows stand in the message's own block: given with the upload, they have kept Slack from sharing the file
(python-slack-sdk, issue 1818).
"""

from __future__ import annotations

import logging
from dataclasses import replace
from hashlib import blake2b

from aiohttp import ClientError

from adapters.slack.api import Clients
from adapters.slack.errors import Refused
from bot.core.adapter import OutcomeUnknown
from bot.core.messages import Picture, Post, Small

log = logging.getLogger(__name__)

KNOWN = 200


class Pictures:
    """Which pictures stand in which workspace already, so that an edit does not upload again."""

    def __init__(self, clients: Clients) -> None:
        self.clients = clients
        self._files: dict[tuple[str, bytes], str] = {}

    async def upload(self, workspace: str, picture: Picture) -> str | None:
        """The id of the uploaded file; None where uploads are off or fail. Refused where Slack wants us to wait."""
        known = (workspace, blake2b(picture.png, digest_size=16).digest())
        if known not in self._files:
            try:
                file = await self._upload(workspace, picture)
            except (Refused, OutcomeUnknown, ClientError, OSError, KeyError) as error:
                if isinstance(error, Refused) and error.after is not None:
                    raise
                log.warning(
                    "a picture was not uploaded (%s); its words are posted",
                    str(error) or type(error).__name__,
                )
                return None
            self._files = dict([*self._files.items(), (known, file)][-KNOWN:])
        return self._files[known]

    async def _upload(self, workspace: str, picture: Picture) -> str:
        size = len(picture.png)
        begun = await self.clients.ask(
            workspace, "files.getUploadURLExternal", filename=picture.name, length=size
        )
        async with self.clients.wire.session.post(begun["upload_url"], data=picture.png) as answer:
            if answer.status != 200:
                raise Refused(f"upload: status {answer.status}")
        file = str(begun["file_id"])
        files = [{"id": file, "title": picture.name}]
        await self.clients.call(workspace, "files.completeUploadExternal", files=files)
        return file


def in_words(post: Post) -> Post:
    """A post whose picture is told instead of shown."""
    if post.picture is None:
        return post
    card = replace(post.card, blocks=(*post.card.blocks, Small((post.picture.alt,))))
    return Post(card)
