"""How requests leave the machine: an Enterprise's address, a private authority, a proxy, and no endless answer."""

from __future__ import annotations

import socket
import socketserver
import subprocess  # noqa: TID251 - openssl makes the certificate
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from mlgate.errors import MlgateError, UsageError
from mlgate.publish.comment import Done
from mlgate.publish.github_client import GitHub
from mlgate.publish.posting import Posted, Pull, When, post
from mlgate.publish.transport import Transport, same_host
from publish.fake_github import FakeGitHub, Fault, Said
from render.sample import friendly_report

NOWHERE = "http://github.invalid"


def run(api: str, env: Mapping[str, str], when: When = When.ALWAYS) -> Posted:
    sender = Transport(env=env, socket_seconds=5.0)
    github = GitHub("token", api=api, transport=sender, sleep=lambda _: None)
    return post(github, friendly_report(), Pull(repository="o/r", number=7), when)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for the loopback that no system knows, with its key."""
    folder = tmp_path_factory.mktemp("authority")
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=x -addext subjectAltName=IP:127.0.0.1"
    use = "keyUsage=critical,digitalSignature,keyCertSign"
    subprocess.run(
        [*command.split(), "-addext", use, "-keyout", "key", "-out", "cert"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    both = folder / "both.pem"
    both.write_text((folder / "key").read_text() + (folder / "cert").read_text())
    return both


def test_send__a_private_authority(authority: Path) -> None:
    with FakeGitHub(authority) as forge:
        assert run(forge.url, {"SSL_CERT_FILE": str(authority.parent / "cert")}).said.endswith(Done.CREATED)
        assert len(forge.bodies()) == 1


def test_send__an_authority_that_nobody_knows(authority: Path) -> None:
    with FakeGitHub(authority) as forge:
        posted = run(forge.url, {})
        assert "certificate is not trusted; SSL_CERT_FILE" in posted.said
        assert forge.asked == []


def test_send__certificates_that_are_not_there(authority: Path, tmp_path: Path) -> None:
    with FakeGitHub(authority) as made:
        assert "SSL_CERT_FILE" in run(made.url, {"SSL_CERT_FILE": str(tmp_path / "none")}).said


def test_post__an_enterprise_has_its_api_below_a_path(forge: FakeGitHub) -> None:
    for _ in range(2):
        assert not run(f"{forge.url}/api/v3/", {}).is_warning
    assert len(forge.bodies()) == 1
    assert [asked.path for asked in forge.asked if "graphql" in asked.path] == ["/api/graphql"]


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "all_proxy"])
def test_send__through_a_proxy(forge: FakeGitHub, name: str) -> None:
    assert not run(NOWHERE, {name: forge.url}).is_warning
    assert {asked.headers["host"] for asked in forge.asked} == {"github.invalid"}


class Tunnel(socketserver.ThreadingTCPServer):
    """A proxy that knows `CONNECT` alone and keeps the heads of what it was asked, and all that went through."""

    daemon_threads = True

    def __init__(self, status: bytes = b"200 Fine") -> None:
        heads: list[str] = []
        passed: list[bytes] = []

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                lines = [line.decode() for line in iter(self.rfile.readline, b"\r\n")]
                heads.append("".join(lines))
                self.wfile.write(b"HTTP/1.1 " + status + b"\r\n\r\n")
                if not status.startswith(b"200"):
                    return
                host, _, port = lines[0].split()[1].rpartition(":")
                with socket.create_connection((host, int(port))) as there:
                    back = threading.Thread(target=self._copy, args=(there, self.connection))
                    back.start()
                    self._copy(self.connection, there)
                    back.join()

            def _copy(self, one: socket.socket, other: socket.socket) -> None:
                with suppress(OSError):
                    while part := one.recv(65_536):
                        passed.append(part)
                        other.sendall(part)
                    other.shutdown(socket.SHUT_WR)

        super().__init__(("127.0.0.1", 0), Handler)
        self.heads, self.passed = heads, passed
        self.address = f"127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


def test_send__to_a_private_authority_through_a_tunnel_that_wants_a_name(authority: Path) -> None:
    with FakeGitHub(authority) as forge, Tunnel() as tunnel:
        env = {"HTTPS_PROXY": f"http://ana:s3cret@{tunnel.address}", "SSL_CERT_FILE": str(authority.parent / "cert")}
        assert run(forge.url, env).said.endswith(Done.CREATED)
    assert len(tunnel.heads) == len(forge.asked) == 3
    for head in tunnel.heads:
        assert head.startswith(f"CONNECT {forge.url.removeprefix('https://')} ")
        assert "proxy-authorization: basic " in head.lower()
        assert "token" not in head.lower()
    assert not [asked for asked in forge.asked if "proxy-authorization" in asked.headers]
    assert b"Bearer" not in b"".join(tunnel.passed)


def test_send__a_tunnel_that_refuses(authority: Path) -> None:
    with FakeGitHub(authority) as forge, Tunnel(b"407 Proxy Authentication Required") as tunnel:
        posted = run(forge.url, {"https_proxy": f"http://{tunnel.address}"})
    assert posted.is_warning
    assert "407" in posted.said
    assert forge.asked == []


@pytest.mark.parametrize("without", ["127.0.0.1", "x.example, 127.0.0.1", "*"])
def test_send__past_a_proxy(forge: FakeGitHub, elsewhere: FakeGitHub, without: str) -> None:
    assert not run(forge.url, {"http_proxy": elsewhere.url, "NO_PROXY": without}).is_warning
    assert elsewhere.asked == []


def test_send__a_flood_is_cut(forge: FakeGitHub) -> None:
    forge.faults.append(Fault("GET", Said(200, raw=b" " * (64 * 1024 * 1024 + 1))))
    posted = run(forge.url, {})
    assert posted.is_warning
    assert "more than the" in posted.said


def test_send__a_trickle_is_given_up(forge: FakeGitHub) -> None:
    forge.faults.append(Fault("GET", Said(200, raw=b" " * 1_000, headers={"X-Trickle": "yes"}), times=9))
    sender = Transport(socket_seconds=5.0, answer_seconds=0.2)
    github = GitHub("token", api=forge.url, transport=sender, sleep=lambda _: None)
    posted = post(github, friendly_report(), Pull(repository="o/r", number=7), When.ALWAYS)
    assert "no answer in time" in posted.said


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("https://a/x", "https://a:443/y", True, id="the usual port"),
        pytest.param("https://a/x", "https://A/y", True, id="case"),
        pytest.param("https://a/x", "http://a/y", False, id="weaker scheme"),
        pytest.param("https://a/x", "https://a.b/y", False, id="longer name"),
        pytest.param("https://a/x", "https://a@b/y", False, id="user name"),
        pytest.param("https://a/x", "https://a:444/y", False, id="other port"),
        pytest.param("https://a/x", "https://a:x/y", False, id="no port"),
    ],
)
def test_same_host(one: str, other: str, same: bool) -> None:
    assert same_host(one, other) is same


@pytest.mark.parametrize("api", ["", "api.github.com", "file:///etc/passwd", "https://u:p@host", "https://a/?x"])
def test_github__an_address_that_is_none(api: str) -> None:
    with pytest.raises(UsageError):
        GitHub("token", api=api)


@pytest.mark.parametrize("token", ["a b", "a\nX-Evil: 1", "é"])
def test_github__a_token_that_is_none(token: str) -> None:
    with pytest.raises(MlgateError, match="GITHUB_TOKEN") as error:
        GitHub(token)
    assert token not in str(error.value)
