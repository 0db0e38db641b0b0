"""Evidence packs that people send, and what strangers might send in their place."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from qualitygate.cli import main
from qualitygate.pack.manifest import PackRequest
from qualitygate.pack.packing import pack
from qualitygate.server.pages import examined, examiner, upload
from tests.conftest import write_files
from tests.pack.tampering import contents, forged
from tests.pack.test_opening import NOW, POLICY, REPORT, entry, sealed
from tests.server.pages.conftest import Dashboard, Visitor
from tests.server.pages.test_gates import words


def send(visitor: Visitor, content: bytes | None, *, name: str = "pack.zip", csrf: str | None = None, **how):
    token = visitor.csrf if csrf is None else csrf
    files = {} if content is None else {"pack": (name, content, "application/zip")}
    data = {"csrf": (None, token), **files}
    return visitor.post(f"{visitor.dashboard.url}/packs", files=data, allow_redirects=False, timeout=60, **how)


@pytest.fixture
def kim(dashboard: Dashboard) -> Visitor:
    return dashboard.visitor("kim")


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_files(tmp_path_factory.mktemp("good"), {"qualitygate.yml": POLICY, "unit.xml": REPORT})
    asked = PackRequest(policy="", now=NOW, subject={"name": "shop"})
    pack(str(folder / "qualitygate.yml"), asked, to=str(folder / "pack.zip"))
    return folder / "pack.zip"


def test_a_pack_as_it_was_packed_is_told_so_with_its_verdict(kim: Visitor, good: Path) -> None:
    answer = send(kim, good.read_bytes())
    told = words(answer.text)
    assert 200 == answer.status_code
    assert "AS PACKED All 15 files are as they were packed" in told
    assert "Verdict PASS As of 2026-11-22 09:00 UTC Policy" in told
    assert "name shop" in told


def test_a_byte_that_was_changed_is_found_in_the_words_of_the_command(kim: Visitor, good: Path, capsys) -> None:
    changed = bytearray(good.read_bytes())
    changed[0] ^= 0xFF
    answer = send(kim, bytes(changed))
    assert 200 == answer.status_code
    copy = good.with_name("changed.zip")
    copy.write_bytes(changed)
    assert 1 == main(["evidence", "verify", str(copy)])
    said = [line.removeprefix("DIFFERS  ") for line in capsys.readouterr().out.splitlines() if "DIFFERS" in line]
    told = words(answer.text)
    assert said
    assert [] == [line for line in said if line not in told]
    assert "this pack is not what was packed" in told
    assert "Verdict not known" in told


def test_a_verdict_that_does_not_follow_is_found(kim: Visitor, good: Path, tmp_path: Path) -> None:
    files = contents(good)
    verdict = files["verdict.json"].replace(b'"passed"', b'"failed"')
    assert verdict != files["verdict.json"]
    path = forged({**files, "verdict.json": verdict}, tmp_path / "forged.zip")
    told = words(send(kim, path.read_bytes()).text)
    assert "verdict.json is not what follows from the inputs" in told


def bomb() -> bytes:
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        archive.writestr("inputs/evidence/zeros.xml", b"\0" * 300 * 1024**2)
    return made.getvalue()


def hostile(kind: str, path: Path) -> bytes:
    match kind:
        case "traversal":
            return sealed(path, (entry("../../etc/cron.d/x"), b"boo")).read_bytes()
        case "link":
            return sealed(path, (entry("inputs/link", mode=0o120777 << 16), b"/etc/passwd")).read_bytes()
        case "bomb":
            made = sealed(path, (entry("inputs/zeros", method=ZIP_DEFLATED), b"\0" * 2 * 1024**2))
            return made.read_bytes()
        case "not ours":
            return bomb()
        case "no zip":
            return b"%PDF-1.7 <script>alert(1)</script>"
    return b""


def test_a_report_that_names_files_of_the_server_is_refused(kim: Visitor, good: Path, tmp_path: Path) -> None:
    data = b"SQLite format 3\0" + b"/etc/passwd" * 9
    path = forged({**contents(good), "inputs/evidence/unit.xml": data}, tmp_path / "names.zip")
    answer = send(kim, path.read_bytes())
    assert 422 == answer.status_code
    assert "inputs/evidence/unit.xml is a data file of coverage.py" in words(answer.text)


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("traversal", "is a name that leads out of the pack"),
        ("link", "is no plain file"),
        ("bomb", "a bomb"),
        ("not ours", "does not end with a seal"),
        ("no zip", "pack.zip is no evidence pack"),
        ("empty", "it is too short"),
    ],
)
def test_what_the_command_refuses_is_refused_with_its_reason(kim, tmp_path: Path, kind: str, why: str) -> None:
    answer = send(kim, hostile(kind, tmp_path / "hostile.zip"), name="../<script>.zip")
    assert 422 == answer.status_code
    assert why in words(answer.text)
    assert "<script>" not in answer.text
    assert str(tmp_path.parent) not in answer.text, "nothing is told of this machine"


def test_what_strangers_wrote_into_a_manifest_is_only_text(kim: Visitor, good: Path, tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>\u202e\ud800" * 100
    path = forged(contents(good), tmp_path / "evil.zip", subject={"name": evil}, outcome=evil)
    answer = send(kim, path.read_bytes())
    assert 200 == answer.status_code
    assert "<script>" not in answer.text
    assert "…" in answer.text, "and cut short"


def test_who_is_not_signed_in_does_that_first_and_nothing_is_read(dashboard: Dashboard, good: Path) -> None:
    answer = send(dashboard.visitor(), good.read_bytes(), csrf="")
    assert (303, "/sign-in", "next=%2Fpacks") == (answer.status_code, *urlsplit(answer.headers["location"])[2:4])


@pytest.mark.parametrize("how", [{"csrf": "0" * 64}, {"headers": {"Origin": "https://evil.example"}}])
def test_a_form_of_another_site_is_refused(kim: Visitor, good: Path, how: dict[str, str]) -> None:
    assert 403 == send(kim, good.read_bytes(), **how).status_code
    assert 403 == send(kim, good.read_bytes(), headers={"Sec-Fetch-Site": "cross-site"}).status_code


@pytest.mark.parametrize("content", [None, b""])
def test_no_file_is_said(kim: Visitor, content: bytes | None) -> None:
    answer = send(kim, content, name="")
    assert 400 == answer.status_code
    assert "No file was chosen" in answer.text


def test_a_file_beyond_the_cap_is_told_and_not_kept(kim: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload, "MOST", 100_000)
    answer = send(kim, b"x" * 250_000)
    assert 413 == answer.status_code
    assert "At most 24 MB are taken" in answer.text


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=x", b"nonsense"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\nhalf'),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--\r\n"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="pack"; filename="a"\r\n\r\n1\r\n' * 3 + b"--x--\r\n",
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b"a" * 5_000 + b"\r\n--x--\r\n",
        ),
        ("application/json", b"{}"),
        ("application/x-www-form-urlencoded", b"pack=1"),
        ("text/plain; charset=\xff", b"\xff"),
    ],
)
def test_what_is_no_form_of_ours_gets_an_answer_and_breaks_nothing(kim: Visitor, kind: str, body: bytes) -> None:
    answer = kim.post(f"{kim.dashboard.url}/packs", data=body, headers={"Content-Type": kind}, timeout=20)
    assert answer.status_code in {400, 403}
    assert "<h1>" in answer.text


def test_one_that_comes_too_slowly_is_given_up(kim: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload, "SECONDS", 0.3)
    host, port = urlsplit(kim.dashboard.url).netloc.split(":")
    cookie = "; ".join(f"{name}={value}" for name, value in kim.cookies.items())
    head = f"POST /packs HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nContent-Length: 999\r\n"
    with socket.create_connection((host, int(port)), timeout=20) as slow:
        slow.sendall(f"{head}Content-Type: multipart/form-data; boundary=x\r\n\r\n--x".encode())
        assert b" 408 " in slow.recv(64)


def test_one_is_checked_at_a_time(kim: Visitor, good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examined, "PATIENCE", 0.2)
    with examined._ALONE:
        answer = send(kim, good.read_bytes())
    assert 503 == answer.status_code
    assert "Another pack is checked just now" in answer.text
    assert 200 == send(kim, good.read_bytes()).status_code


def test_only_a_few_are_read_at_once(kim: Visitor, good: Path) -> None:
    for _ in range(upload.AT_ONCE):
        upload._ROOM.acquire()
    try:
        assert 503 == send(kim, good.read_bytes()).status_code
    finally:
        for _ in range(upload.AT_ONCE):
            upload._ROOM.release()
    assert 200 == send(kim, good.read_bytes()).status_code


def test_who_sends_too_many_waits(kim: Visitor) -> None:
    answers = [send(kim, b"x") for _ in range(4)]
    assert [422, 422, 422, 429] == [each.status_code for each in answers]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert 422 == send(kim.dashboard.visitor("lin"), b"x").status_code, "others do not wait for it"


@pytest.mark.parametrize("trouble", ["it dies", "it says nothing", "it takes too long"])
def test_a_check_that_does_not_end_well_is_no_verdict(kim, good: Path, tmp_path, monkeypatch, trouble: str) -> None:
    (tmp_path / "stub.py").write_text(
        {"it dies": "raise MemoryError", "it takes too long": "while True: pass"}.get(trouble, "")
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(examined, "EXAMINER", "stub")
    monkeypatch.setattr(examined, "SECONDS", 1.0 if trouble == "it takes too long" else 20.0)
    answer = send(kim, good.read_bytes())
    assert 422 == answer.status_code
    assert "takes more than the server gives" in answer.text
    assert "AS PACKED" not in answer.text


def test_the_process_that_checks_has_no_secret_and_limits() -> None:
    ours = {"PATH": "/bin", "QUALITYGATE_WEBHOOK_SECRET": "sesame", "GITHUB_TOKEN": "sesame"}
    assert {"PATH": "/bin"} == examined.environment(ours)
    code = (
        "import json, resource\nfrom qualitygate.server.pages.examiner import confine\nconfine()\n"
        "print(json.dumps([resource.getrlimit(each) for each in (resource.RLIMIT_CPU, resource.RLIMIT_AS)]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60)
    assert [[examiner.PROCESSOR] * 2, [examiner.MEMORY] * 2] == json.loads(done.stdout)


def test_the_form_is_where_reports_are(kim: Visitor) -> None:
    for path in ("/packs", "/repositories/acme/shop/reports"):
        assert 'action="/packs" enctype="multipart/form-data"' in kim.see(path).text
