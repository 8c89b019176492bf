"""Tests of what is deployed: the image, its limits, and the digests of the images that it is made of."""

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from deploy import digests

HERE = Path(__file__).parents[2]
DOCKERFILE, COMPOSE = (HERE / "deploy" / name for name in ("Dockerfile", "compose.yaml"))


def cut_lock(first: str, last: str) -> str:
    """Return the packages between two headings of the lock, as the Dockerfile cuts them out."""
    script = f"/^#: {first}/,/^#: {last}/p"
    assert f"sed -n '{script}' requirements.lock" in DOCKERFILE.read_text()
    cut = subprocess.run(
        ["sed", "-n", script, str(HERE / "requirements.lock")], capture_output=True, text=True, check=True
    )
    return cut.stdout


def test_what_builds_it_stays_out_of_the_image() -> None:
    """The second stage takes the environment alone, which has neither the builder nor pip."""
    run, build = cut_lock("run", "build"), cut_lock("build", "dev")
    assert "\nsqlmodel==" in run
    assert "\nhatchling==" in build
    assert not re.search(r"^(hatchling|pip|setuptools|uv|pytest)==", run, re.MULTILINE)
    made, _, shipped = DOCKERFILE.read_text().rpartition("\nFROM ")
    assert "python -m venv --without-pip /venv" in made
    assert "/venv/bin/python install --no-cache-dir --require-hashes -r run.lock \\" in made
    assert re.findall(r"^COPY .*", shipped, re.MULTILINE) == ["COPY --from=build /venv /venv"]
    assert "pip uninstall --yes" in shipped


def test_the_user_is_a_number() -> None:
    """A cluster that refuses root can see that it is not."""
    assert re.findall(r"^USER (.*)$", DOCKERFILE.read_text(), re.MULTILINE) == ["10001:10001"]


def test_the_containers_have_limits() -> None:
    """SIGTERM is heard while it starts, and neither processes nor memory are without end."""
    services = re.split(r"^  (?=\w+:$)", COMPOSE.read_text().partition("\nvolumes:")[0], flags=re.MULTILINE)[
        1:
    ]
    assert [each.partition(":")[0] for each in services] == ["ahabot", "postgres"]
    for each in services:
        assert re.search(r"^    pids_limit: \d+$", each, re.MULTILINE)
        assert re.search(r"^    mem_limit: \d+[mg]$", each, re.MULTILINE)
    assert "    init: true" in services[0]


@dataclass
class Registry:
    """A registry of images that wants a token, as Docker Hub does."""

    address: str = ""
    images: dict[str, bytes] = field(default_factory=dict)
    names_wrongly: bool = False
    asked: list[str] = field(default_factory=list)

    def digest(self, path: str) -> str:
        return f"sha256:{sha256(self.images[path]).hexdigest()}"


@pytest.fixture
def registry() -> Iterator[Registry]:
    """Run a registry on loopback."""
    there = Registry()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            there.asked.append(path)
            if path == "/token":
                assert query.startswith("service=registry.docker.io&scope=repository%3Alibrary%2F")
                return self.give(200, json.dumps({"token": "t0"}).encode())
            if self.headers["Authorization"] != "Bearer t0":
                realm = f'Bearer realm="{there.address}/token",service="registry.docker.io"'
                name = path.removeprefix("/v2/").partition("/manifests/")[0]
                return self.give(401, b"", {"WWW-Authenticate": f'{realm},scope="repository:{name}:pull"'})
            assert "image.index" in self.headers["Accept"]
            if path not in there.images:
                return self.give(404, b"")
            named = "sha256:" + "0" * 64 if there.names_wrongly else there.digest(path)
            return self.give(200, there.images[path], {"Docker-Content-Digest": named})

        def give(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    there.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield there
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the files that name images."""
    (tmp_path / "deploy").mkdir()
    for file in (DOCKERFILE, COMPOSE):
        (tmp_path / "deploy" / file.name).write_text(re.sub(r"@sha256:\w+", "", file.read_text()))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "deploy"


PYTHON, POSTGRES = "/v2/library/python/manifests/3.13-slim", "/v2/library/postgres/manifests/17"


def test_digests_are_asked_for_and_written(project: Path, registry: Registry) -> None:
    """Each base image gets the digest of today, also where it had another, and nothing else changes."""
    before = {file.name: file.read_text() for file in project.iterdir()}
    for content in (b"one", b"another"):
        registry.images = {PYTHON: content, POSTGRES: b"p" + content}
        assert digests.main(registry.address) == 0
        python, postgres = registry.digest(PYTHON), registry.digest(POSTGRES)
        dockerfile, compose = ((project / name).read_text() for name in ("Dockerfile", "compose.yaml"))
        assert dockerfile.count(f"\nFROM python:3.13-slim@{python}") == 2
        assert f"\n    image: postgres:17@{postgres}\n" in compose
        assert "\n    image: ahabot\n" in compose
        assert dockerfile.replace(f"@{python}", "") == before["Dockerfile"]
        assert compose.replace(f"@{postgres}", "") == before["compose.yaml"]
    assert "/token" in registry.asked


def test_what_cannot_be_asked_changes_nothing(
    project: Path, registry: Registry, capsys: pytest.CaptureFixture[str]
) -> None:
    """An image that is not there, one that is not what it is named, and no registry at all."""
    before = {file.name: file.read_text() for file in project.iterdir()}
    registry.images = {POSTGRES: b"p"}
    assert digests.main(registry.address) == 1
    assert "did not say what python:3.13-slim is" in capsys.readouterr().err
    registry.images, registry.names_wrongly = {POSTGRES: b"p", PYTHON: b"1"}, True
    assert digests.main(registry.address) == 1
    assert "sent something else for postgres:17 than it named" in capsys.readouterr().err
    for away in ("http://127.0.0.1:1", "http://example.invalid"):
        assert digests.main(away) == 1
        assert capsys.readouterr().err
    assert {file.name: file.read_text() for file in project.iterdir()} == before
