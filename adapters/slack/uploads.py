"""Uploading of a post's picture, before the post itself.

When the upload fails, the post describes the picture in words. Slack may report an upload
as ready too early, so the first posts with the picture may be refused. The alt text goes
into the message's own block: sent with the upload, it has kept Slack from sharing the
file (python-slack-sdk, issue 1818).
"""

from __future__ import annotations

import logging
from hashlib import blake2b

from aiohttp import ClientError

from adapters.slack.api import ApiClient
from adapters.slack.errors import SlackCallError
from bot.core.messages import Picture
from bot.core.origin import OutcomeUnknownError

log = logging.getLogger(__name__)

MAX_FILES = 200
"""Uploaded files whose IDs are remembered."""


class Pictures:
    """Uploads pictures, and remembers them by workspace so an edit does not upload again."""

    def __init__(self, clients: ApiClient) -> None:
        self.clients = clients
        self._files: dict[tuple[str, bytes], str] = {}

    async def upload_picture(self, workspace: str, picture: Picture) -> str | None:
        """Return the ID of the uploaded file, or None when the upload is not possible.

        Raise SlackCallError when Slack asks to wait.
        """
        known = (workspace, blake2b(picture.png, digest_size=16).digest())
        if known not in self._files:
            try:
                file = await self._upload_file(workspace, picture)
            except (SlackCallError, OutcomeUnknownError, ClientError, OSError, KeyError) as error:
                if isinstance(error, SlackCallError) and error.after is not None:
                    raise
                log.warning(
                    "a picture was not uploaded (%s); its words are posted",
                    str(error) or type(error).__name__,
                )
                return None
            self._files = dict([*self._files.items(), (known, file)][-MAX_FILES:])
        return self._files[known]

    async def _upload_file(self, workspace: str, picture: Picture) -> str:
        size = len(picture.png)
        begun = await self.clients.query_method(
            workspace, "files.getUploadURLExternal", filename=picture.name, length=size
        )
        async with self.clients.client_pool.session.post(begun["upload_url"], data=picture.png) as answer:
            if answer.status != 200:
                raise SlackCallError(f"upload: status {answer.status}")
        file = str(begun["file_id"])
        files = [{"id": file, "title": picture.name}]
        await self.clients.call_method(workspace, "files.completeUploadExternal", files=files)
        return file
