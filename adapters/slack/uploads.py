"""Uploading of a post's picture and file, before the post itself.

When the upload fails, the post describes the picture in words. Slack may report an upload
as ready too early, so the first posts with the picture may be refused. The alt text goes
into the message's own block: sent with the upload, it has kept Slack from sharing the
file (python-slack-sdk, issue 1818).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from hashlib import blake2b

from aiohttp import ClientError

from adapters.slack.api import ApiClient
from adapters.slack.errors import SlackCallError, as_post_failed
from bot.core.language.words import lazy
from bot.core.messages import File, Picture
from bot.core.origin import OutcomeUnknownError, PostFailedError

log = logging.getLogger(__name__)

MAX_FILES = 200
"""Uploaded files whose IDs are remembered."""
LARGEST_FILE = 100_000_000
"""The most bytes of a file. Slack takes ten times as much."""
NO_FILE = lazy("Slack didn't accept the file.")
UPLOAD_DELAY = 30.0
"""Seconds until an upload that broke off is tried again."""


class Pictures:
    """Uploads pictures, and remembers them by workspace so an edit does not upload again."""

    def __init__(self, clients: ApiClient) -> None:
        self.clients = clients
        self._files: dict[tuple[str, bytes], str] = {}
        self._shared: dict[str, None] = {}
        """The keys of the postings whose file is in its channel already."""

    async def upload_picture(self, workspace: str, picture: Picture) -> str | None:
        """Return the ID of the uploaded file, or None when the upload is not possible.

        Raise SlackCallError when Slack asks to wait.
        """
        known = (workspace, blake2b(picture.png, digest_size=16).digest())
        if known not in self._files:
            try:
                file = await self._upload_file(workspace, picture.file)
            except (SlackCallError, OutcomeUnknownError, ClientError, OSError, KeyError) as error:
                if isinstance(error, SlackCallError) and error.after is not None:
                    raise
                log.warning(
                    "a picture was not uploaded (%s); its alt text is posted instead",
                    str(error) or type(error).__name__,
                )
                return None
            self._files = dict([*self._files.items(), (known, file)][-MAX_FILES:])
        return self._files[known]

    async def share_file(self, workspace: str, channel: str, thread: str, file: File, key: str) -> None:
        """Upload a file to a channel, where it is a message of its own. The same key does it once.

        A file's message has no key to look for, so one comes twice if the answer to its upload got lost, or
        if the bot was restarted before the card below it was posted. That is better than none.
        Raise PostFailedError when Slack refuses it or the upload broke off.
        """
        if key in self._shared:
            return
        try:
            await self._upload_file(workspace, file, {"channel_id": channel, "thread_ts": thread})
        except SlackCallError as refused:
            raise as_post_failed(refused) from None
        except (ClientError, OSError, KeyError):
            raise PostFailedError(NO_FILE.text, retry_after=UPLOAD_DELAY) from None
        self._shared = dict([*self._shared.items(), (key, None)][-MAX_FILES:])

    async def _upload_file(self, workspace: str, given: File, where: Mapping[str, str] | None = None) -> str:
        """Upload a file and return its ID. Without `where`, it is in no channel yet."""
        size = len(given.data)
        begun = await self.clients.query_method(
            workspace, "files.getUploadURLExternal", filename=given.name, length=size
        )
        async with self.clients.client_pool.session.post(begun["upload_url"], data=given.data) as answer:
            if answer.status != 200:
                raise SlackCallError(f"upload: status {answer.status}")
        file = str(begun["file_id"])
        files = [{"id": file, "title": given.name, **_highlight(given)}]
        await self.clients.call_method(
            workspace, "files.completeUploadExternal", files=files, **(where or {})
        )
        return file


def _highlight(given: File) -> dict[str, str]:
    """Return what makes Slack show a picture at once, before it has processed the upload."""
    return {"highlight_type": "png"} if given.media_type == "image/png" else {}
