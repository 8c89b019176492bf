"""Writes the digest that each base image's tag has today into Dockerfile and compose.yaml.

A digest names one image for ever, and a tag the newest of its kind. Each digest is checked against the bytes it is
of. Run by `make digests`, which asks Docker Hub.
"""

import json
import re
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

REGISTRY = "https://registry-1.docker.io"
FILES = (Path("deploy/Dockerfile"), Path("deploy/compose.yaml"))
BASE_IMAGE = re.compile(
    r"^(\s*(?:FROM|image:)\s+)([a-z0-9./-]+:[\w.-]+)(?:@sha256:[0-9a-f]{64})?", re.MULTILINE
)
"""An image with a tag. One without, such as our own, is not from a registry."""
KINDS = "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json"
"""Lists of an image for each kind of machine. The digest of such a list is right for all of them."""
CHALLENGE = re.compile(r'(\w+)="([^"]*)"')


class RegistryError(Exception):
    """An answer of a registry that is not as it should be."""


def fetch(url: str, headers: Mapping[str, str]) -> tuple[bytes, str]:
    """Return the body and the digest that the answer names. Raise HTTPError or URLError."""
    if not url.startswith(("https://", "http://127.0.0.1:")):
        raise RegistryError(f"{url} is not asked: it is not https")
    with urlopen(Request(url, headers=dict(headers)), timeout=30) as answer:
        return answer.read(), answer.headers.get("Docker-Content-Digest", "")


def fetch_token(challenge: str) -> str:
    """Return a token for reading, from the address that the registry names."""
    told = dict(CHALLENGE.findall(challenge))
    realm = told.pop("realm")
    body, _ = fetch(f"{realm}?{urlencode(told)}", {})
    return str(json.loads(body)["token"])


def fetch_digest(image: str, registry: str) -> str:
    """Return the digest of an image like `python:3.13-slim`, checked against its content."""
    name, _, tag = image.rpartition(":")
    url = f"{registry}/v2/{name if '/' in name else f'library/{name}'}/manifests/{tag}"
    try:
        try:
            body, said = fetch(url, {"Accept": KINDS})
        except HTTPError as refused:
            if refused.code != 401:
                raise
            token = fetch_token(refused.headers["WWW-Authenticate"])
            body, said = fetch(url, {"Accept": KINDS, "Authorization": f"Bearer {token}"})
    except (URLError, TimeoutError, KeyError, ValueError) as error:
        raise RegistryError(
            f"{registry} did not say what {image} is ({error}). Nothing was changed."
        ) from None
    digest = f"sha256:{sha256(body).hexdigest()}"
    if said and said != digest:
        raise RegistryError(f"{registry} sent something else for {image} than it named. Nothing was changed.")
    return digest


def renew_digests(files: Mapping[Path, str], registry: str) -> dict[Path, str]:
    """Return the files' texts with today's digest after each base image."""
    images = sorted({found[2] for text in files.values() for found in BASE_IMAGE.finditer(text)})
    digests = {image: fetch_digest(image, registry) for image in images}
    return {
        path: BASE_IMAGE.sub(lambda found: f"{found[1]}{found[2]}@{digests[found[2]]}", text)
        for path, text in files.items()
    }


def main(registry: str = REGISTRY) -> int:
    """Rewrite the files once all digests are there."""
    try:
        renewed = renew_digests({path: path.read_text("utf-8") for path in FILES}, registry)
    except RegistryError as error:
        print(error, file=sys.stderr)
        return 1
    for path, text in renewed.items():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
