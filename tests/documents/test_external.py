"""External addresses: what makes them dead, what leaves them unknown, how often and how fast they are asked."""

from __future__ import annotations

import socket
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import URLError

import pytest

from qualitygate.documents import external
from qualitygate.documents.external import DEAD, GOOD, UNKNOWN, LinkStatus
from tests.samples import NOW


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (200, GOOD),
        (204, GOOD),
        (404, DEAD),
        (410, DEAD),
        (401, UNKNOWN),
        (403, UNKNOWN),
        (429, UNKNOWN),
        (500, UNKNOWN),
    ],
)
def test_only_what_is_gone_is_dead(status, state):
    assert state == external.judged(status).state


class Net:
    """Answers in turn, and what was asked and waited for."""

    def __init__(self, *answers) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.slept: list[float] = []

    def fetch(self, url: str) -> int:
        self.asked.append(url)
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.mark.parametrize(
    ("answers", "state", "times"),
    [
        ((503, 200), GOOD, 2),
        ((429, 429, 429), UNKNOWN, 3),
        ((404,), DEAD, 1),
        ((403,), UNKNOWN, 1),
        ((TimeoutError("slow"), 200), GOOD, 2),
        ((OSError(0, "no route"),) * 3, UNKNOWN, 3),
        ((URLError(socket.gaierror(socket.EAI_NONAME, "no such host")),), DEAD, 1),
        ((URLError(socket.gaierror(socket.EAI_AGAIN, "later")),) * 3, UNKNOWN, 3),
    ],
)
def test_a_host_is_asked_again_where_that_may_help(answers, state, times):
    net = Net(*answers)
    assert state == external.ask("https://e.org/", net.fetch, net.slept.append).state
    assert (times, times - 1) == (len(net.asked), len(net.slept))


def test_each_address_is_asked_once_without_its_fragment_and_each_host_at_its_pace():
    net = Net()
    urls = ["https://e.org/a#x", "https://e.org/a#y", "https://e.org/b", "https://f.org/"]
    answers = external.ask_all(urls, net.fetch, net.slept.append, {})
    assert ["https://e.org/a", "https://e.org/b", "https://f.org/"] == sorted(net.asked) == sorted(answers)
    assert [external.PACE] == net.slept


def test_a_good_answer_is_believed_for_a_week_and_no_other_is_kept():
    answers = {"https://a/": LinkStatus(state=GOOD, why="answers 200"), "https://b/": LinkStatus(state=DEAD, why="x")}
    text = external.written(answers, "{}", NOW)
    assert {"https://a/"} == set(external.remembered(text, NOW + external.KEPT))
    assert {} == external.remembered(text, NOW + external.KEPT + timedelta(seconds=1))
    later = external.written(answers, text, NOW + timedelta(days=6))
    assert {} == external.remembered(later, NOW + timedelta(days=8))


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": 1}', '{"a": ["x", "y"]}'])
def test_a_cache_that_is_none_is_no_answer(text):
    assert {} == external.remembered(text, NOW)
    assert external.written({}, text, NOW)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "http://localhost/", "http://[::1]/", "http://169.254.169.254/x"]
)
def test_private_addresses_are_not_asked(url):
    with pytest.raises(OSError, match="private"):
        external.fetcher("test")(url)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://e.org/", "http://", "http://[", "http://e.org:x/"])
def test_what_is_no_address_of_the_web_raises_nothing_else(url):
    with pytest.raises(OSError):  # noqa: PT011 - any
        external.fetcher("test", private=True)(url)


@pytest.fixture
def server():
    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            moved = {"/moved": "/here", "/away": "file:///etc/passwd"}.get(self.path)
            status = {"/here": 200, "/gone": 404, "/get": 405}.get(self.path, 302 if moved else 403)
            self.send_response(200 if status == 405 and self.command == "GET" else status)
            if moved:
                self.send_header("Location", moved)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_HEAD  # noqa: N815 - the name that http.server looks for

        def log_message(self, *_args) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as served:
        thread = threading.Thread(target=served.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{served.server_port}"
        served.shutdown()
        thread.join()


def test_head_is_asked_then_get_and_redirects_are_followed_on_the_web_only(server):
    fetch = external.fetcher("test", private=True)
    assert [200, 200, 200, 404, 403] == [fetch(f"{server}/{path}") for path in ("here", "moved", "get", "gone", "x")]
    with pytest.raises(OSError, match="nobody follows"):
        fetch(f"{server}/away")
