"""What the operator's guide tells: the unit for systemd, nginx in front, back-ups made while it runs, upgrades."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from qualitygate.storage.inbox import DONE, WAITING, Delivery, Inbox
from tests.github.double.github import GitHub
from tests.github.double.hooks import signed
from tests.github.test_apps import keys
from tests.server.conftest import SECRET, eventually, send
from tests.server.process import Process
from tests.server.shop import Shop
from tests.server.test_engines import running

FILES = Path(__file__).parents[2] / "examples" / "server"
NAME = "quality.example.org"


# systemd


@pytest.mark.parametrize("name", ["qualitygate.service", "qualitygate-worker@.service"])
def test_systemd_takes_the_unit_and_finds_it_well_shut_in(tmp_path: Path, name: str) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not here")
    unit = tmp_path / name.replace("@", "@1")
    text = (FILES / name).read_text()
    assert "/opt/qualitygate/bin/qualitygate " in text
    unit.write_text(text.replace("/opt/qualitygate/bin/qualitygate", sys.executable))
    verified = subprocess.run([analyze, "verify", "--man=no", unit], capture_output=True, text=True, check=False)
    assert (0, "") == (verified.returncode, verified.stderr)
    command = [analyze, "security", "--offline=true", "--threshold=20", unit]
    rated = subprocess.run(command, capture_output=True, text=True, check=False)
    if "unrecognized option" in rated.stderr:
        pytest.skip("this systemd-analyze judges no files")
    assert 0 == rated.returncode, rated.stdout


def test_the_units_differ_only_in_what_they_start() -> None:
    names = ("qualitygate.service", "qualitygate-worker@.service")
    one, many = ((FILES / name).read_text().splitlines() for name in names)
    differ = [left for left, right in zip(one, many, strict=True) if left != right]
    assert ["# ", "Des", "Exe"] == [line[:3].replace("# /", "# ") for line in differ]


# nginx


class Proxy:
    """Debian's nginx with our configuration, on ports that are free here, and a certificate of its own."""

    def __init__(self, folder: Path, upstream: int) -> None:
        self.folder = folder
        self.port, self.plain = free(), free()
        self.certificate = certificate(folder)
        text = (FILES / "nginx.conf").read_text()
        changed = {
            "127.0.0.1:8080": f"127.0.0.1:{upstream}",
            "listen 80;": f"listen 127.0.0.1:{self.plain};",
            "listen 443 ssl http2;": f"listen 127.0.0.1:{self.port} ssl http2;",
            "    listen [::]:80;\n": "",
            "    listen [::]:443 ssl http2;\n": "",
            f"/etc/ssl/{NAME}": str(folder),
        }
        for old, new in changed.items():
            assert old in text, old
            text = text.replace(old, new)
        (folder / "qualitygate.conf").write_text(text)
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
        user = "user root;" if os.geteuid() == 0 else ""
        http = f"access_log off;\n{temporary}include {folder}/qualitygate.conf;"
        main = f"{user}\npid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\nhttp {{\n{http}\n}}\n"
        (folder / "main.conf").write_text(main)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, nginx: str) -> None:
        command = [
            nginx,
            "-p",
            str(self.folder),
            "-c",
            str(self.folder / "main.conf"),
            "-e",
            str(self.folder / "error.log"),
        ]
        tried = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
        assert 0 == tried.returncode, tried.stderr
        assert "warn" not in tried.stderr
        self.process = subprocess.Popen([*command, "-g", "daemon off;"])
        eventually(lambda: reached(self.port))

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        """A request to the name of the server, whose certificate is looked at."""
        session = requests.Session()
        session.mount("https://", Named())
        headers = {"Host": NAME, **more.pop("headers", {})}
        address = f"https://127.0.0.1:{self.port}{path}"
        with session:
            return session.request(
                method,
                address,
                headers=headers,
                verify=str(self.certificate),
                timeout=60,
                allow_redirects=False,
                **more,
            )


class Named(requests.adapters.HTTPAdapter):
    """Speaks TLS to the name, though it connects to the number."""

    def init_poolmanager(self, *arguments: Any, **more: Any) -> None:
        super().init_poolmanager(*arguments, server_hostname=NAME, assert_hostname=NAME, **more)


def free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


def reached(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def certificate(folder: Path) -> Path:
    key = load_pem_private_key(keys()[0].encode(), None)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    (folder / "privkey.pem").write_text(keys()[0])
    path = folder / "fullchain.pem"
    path.write_bytes(made.public_bytes(Encoding.PEM))
    return path


@contextmanager
def proxied(folder: Path, upstream: int) -> Iterator[Proxy]:
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        pytest.skip("nginx is not here")
    folder.mkdir()
    made = Proxy(folder, upstream)
    made.start(nginx)
    try:
        yield made
    finally:
        made.stop()


def webhook(payload: Any, guid: str, event: str = "star", **more: str) -> dict[str, Any]:
    body = json.dumps(payload).encode()
    headers = {
        "Content-Type": "application/json",
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": guid,
        "X-Hub-Signature-256": signed(SECRET, body),
        **more,
    }
    return {"data": body, "headers": headers}


def test_behind_nginx_signed_webhooks_arrive_whole_and_nobody_can_say_who_they_are(
    github: GitHub, tmp_path: Path
) -> None:
    server = Process(tmp_path, Shop(github), str(tmp_path / "q.sqlite"), "serve", "--port", "0")
    with proxied(tmp_path / "nginx", int(server.url.rpartition(":")[2])) as proxy:
        hooks = "/github/webhooks"
        answer = proxy.ask("POST", hooks, **webhook({}, "d-1"))
        assert (202, "ignored") == (answer.status_code, answer.json()["state"])
        assert "max-age" in answer.headers["Strict-Transport-Security"]
        large = {"filler": "x" * 24 * 1024**2}
        assert 202 == proxy.ask("POST", hooks, **webhook(large, "d-2")).status_code
        too_large = {"filler": "x" * 26 * 1024**2}
        assert 413 == proxy.ask("POST", hooks, **webhook(too_large, "d-3")).status_code
        told = {"X-Forwarded-For": "140.82.112.1", "X-Forwarded-Host": "github.com"}
        unsigned = webhook({}, "d-4", **told) | {"data": b"{} "}
        assert 401 == proxy.ask("POST", hooks, **unsigned).status_code
        assert 200 == proxy.ask("GET", "/healthz").status_code
        assert 200 == proxy.ask("GET", "/readyz").status_code, "this machine may ask"
        plain = requests.get(f"http://127.0.0.1:{proxy.plain}/setup?a=b", allow_redirects=False, timeout=20)
        assert (301, f"https://{NAME}/setup?a=b") == (plain.status_code, plain.headers["Location"])
        assert 0 == server.stop()
        assert 502 == proxy.ask("POST", hooks, **webhook({}, "d-5")).status_code, "not acknowledged"


def test_nginx_says_anew_where_a_request_comes_from(tmp_path: Path) -> None:
    seen: list[dict[str, str]] = []

    class Echo(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as upstream:
        Thread(target=upstream.serve_forever, daemon=True).start()
        with proxied(tmp_path / "nginx", upstream.server_port) as proxy:
            spoofed = dict.fromkeys(("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"), "1.2.3.4")
            assert 204 == proxy.ask("GET", "/", headers=spoofed).status_code
        upstream.shutdown()
    (headers,) = seen
    told = [headers[f"x-forwarded-{name}"] for name in ("for", "proto", "host")]
    assert ["127.0.0.1", "https", NAME] == told
    assert NAME == headers["host"]


# Back-ups


def delivery(number: int) -> Delivery:
    return Delivery(id=f"d-{number}", event="issues", body=json.dumps({"number": number}), repository="acme/shop")


def copied(address: str, folder: Path) -> str:
    """A copy made while it is at work, as the guide says, and put back into a new place; its address."""
    if not address.startswith("postgresql"):
        with closing(sqlite3.connect(address)) as connection:
            connection.execute("VACUUM INTO ?", [str(folder / "copy.sqlite")])
        return str(folder / "copy.sqlite")
    dump, restore = (shutil.which(name) for name in ("pg_dump", "pg_restore"))
    if dump is None or restore is None:
        pytest.skip("pg_dump and pg_restore are not here")
    name = f"t{uuid4().hex[:12]}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    new = re.sub(r"/t\w+\?", f"/{name}?", address)
    subprocess.run([dump, "--format=custom", f"--file={folder / 'copy.dump'}", address], check=True)
    subprocess.run([restore, "--exit-on-error", f"--dbname={new}", folder / "copy.dump"], check=True)
    return new


def test_a_copy_made_at_work_is_whole_and_goes_on_where_it_was(address: str, tmp_path: Path) -> None:
    done: list[str] = []
    with running(address, lambda taken: done.append(taken.id), threads=2, lease=1.0) as engine:
        for number in range(20):
            engine.receive(delivery(number))
        eventually(lambda: len(done) >= 5)
        copy = copied(address, tmp_path)
        for number in range(20, 25):
            engine.receive(delivery(number))
        eventually(lambda: {DONE: 25} == engine.inbox.counts())
    again: list[str] = []
    with Inbox(copy) as inbox:
        assert 20 == sum(inbox.counts().values())
    with running(copy, lambda taken: again.append(taken.id), threads=2, lease=1.0) as engine:
        eventually(lambda: {DONE: 20} == engine.inbox.counts())
        assert "known" == engine.receive(delivery(3)).value, "what the copy knows is no new work"
        for number in range(20, 25):
            engine.receive(delivery(number))  # as somebody redelivers what came after the copy
        eventually(lambda: {DONE: 25} == engine.inbox.counts())
    assert {f"d-{number}" for number in range(25)} == {*done}
    assert {f"d-{number}" for number in range(20, 25)} <= {*again}


def test_an_app_put_back_from_its_copies_judges_on(github: GitHub, tmp_path: Path) -> None:
    shop, database = Shop(github), str(tmp_path / "q.sqlite")
    server = Process(tmp_path, shop, database, "serve", "--port", "0")
    run = shop.run(shop.pull(), reports={"unit.xml": "<testsuite><testcase name='a'/></testsuite>"})
    payload = shop.payload(run)
    assert 202 == send(server.url, payload, "workflow_run", "before").status_code
    eventually(lambda: server.said("a delivery is done"))
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("VACUUM INTO ?", [str(tmp_path / "copy.sqlite")])
    server.kill()
    for left in tmp_path.glob("q.sqlite*"):
        left.unlink()
    shutil.copy(tmp_path / "copy.sqlite", database)
    server = Process(tmp_path, shop, database, "serve", "--port", "0")
    assert "known" == send(server.url, payload, "workflow_run", "before").json()["state"]
    other = shop.run(shop.pull(), reports={"unit.xml": "<testsuite><testcase name='a'/></testsuite>"})
    assert 202 == send(server.url, shop.payload(other), "workflow_run", "after").status_code
    eventually(lambda: server.said("a delivery is done"))
    assert 2 == len(shop.shop.check_runs)
    assert 0 == server.stop()


def test_a_waiting_delivery_of_the_copy_is_not_forgotten(address: str, tmp_path: Path) -> None:
    with Inbox(address) as inbox:
        inbox.receive(delivery(1))
    with Inbox(copied(address, tmp_path)) as inbox:
        assert {WAITING: 1} == inbox.counts()
        taken = inbox.take()
        assert taken and delivery(1) == taken.delivery
