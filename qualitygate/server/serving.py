"""The processes of the server: one that listens and works, one that only works, one that sets up."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from threading import Event
from typing import IO

import uvicorn
from starlette.applications import Starlette

from qualitygate.errors import ConfigError, Problem
from qualitygate.github.client import prove
from qualitygate.github.manifest import exchanged
from qualitygate.github.people import given
from qualitygate.server import folder, log, remembering, setup
from qualitygate.server.access import Access
from qualitygate.server.api import answers
from qualitygate.server.api.reach import Reach
from qualitygate.server.api.reading import reader
from qualitygate.server.clients import Clients
from qualitygate.server.engines import Engine, engine
from qualitygate.server.greeting import greet
from qualitygate.server.handling import handler, wanted
from qualitygate.server.installation import Clock
from qualitygate.server.metrics import Metrics
from qualitygate.server.pages import dashboard
from qualitygate.server.registering import Registering
from qualitygate.server.schedule import sweeps
from qualitygate.server.settings import Settings
from qualitygate.server.web import alone, application
from qualitygate.storage.inbox import Armed, Delivery, Inbox
from qualitygate.storage.verdicts import VerdictStore

_LEAVE = 10
"""Seconds in which open requests may end when the process is asked to."""


def serve(settings: Settings, clock: Clock, stream: IO[str], *, host: str, port: int) -> None:
    """Listen for webhooks and work on them, until a signal asks to end."""
    with (
        _listening(host, port) as held,
        _running(settings, clock, stream) as (made, stopping),
        closing(Metrics(settings.database)) as metrics,
        closing(VerdictStore(settings.database)) as verdicts,
    ):
        found = settings.dashboard
        own = dashboard.house(found, made.inbox, verdicts, settings.database, clock) if found else None
        tokens = Access(settings.identity.base_url, clock, given)
        reach = Reach(tokens, clock)
        read = reader(tokens, reach, own.seen) if own else reader(tokens, reach)
        api = answers.routes(verdicts, made.inbox, read, clock)
        web = application(
            secret=settings.secret,
            receive=made.receive,
            wanted=wanted,
            ready=made.trouble,
            acknowledged=metrics.acknowledged,
            pages=(metrics.route(), *api, *(dashboard.routes(own) if own else (alone(),))),
        )
        log.tell(
            "listening",
            host=host,
            port=held.getsockname()[1],
            threads=settings.threads,
            store=made.inbox.address,
            dashboard=found.public_url if found else "off: no --public-url",
        )
        server = _server(web, settings.proxies)
        _when_asked(lambda: _end(server))
        if not stopping.is_set():
            server.run(sockets=[held])


def register(api: str, path: str, stream: IO[str], show: Callable[[str], None], *, host: str, port: int) -> int | None:
    """Have the App registered by whoever opens the address that is shown, its secrets kept in the folder ``path``.

    The port that was listened at; ``None`` where a signal asked to end before that.
    """
    folder.prepare(path)
    made = Registering(api, lambda code: exchanged(api, code), lambda app: folder.keep(path, app))
    handler = log.begin(stream, [made.token])
    try:
        with _listening(host, port) as held:
            found = held.getsockname()[1]
            web = setup.application(made, api=api, folder=os.path.abspath(path), done=lambda: _end(server))
            server = _server(web)
            _when_asked(lambda: _end(server))
            show(f"http://{f'[{host}]' if ':' in host else host}:{found}/setup?token={made.token}")
            server.run(sockets=[held])
    finally:
        log.end(handler)
    return found if made.registered else None


def work(settings: Settings, clock: Clock, stream: IO[str]) -> None:
    """Work on what other processes keep, until a signal asks to end."""
    if not settings.database.startswith("postgresql"):
        why = "a worker shares its store with other processes, for which --database must be postgresql://…"
        raise ConfigError([Problem("usage", why, help="with SQLite serve works by itself")])
    with _running(settings, clock, stream) as (made, stopping):
        log.tell("working", threads=settings.threads, store=made.inbox.address)
        stopping.wait()


def _when_asked(end: Callable[[], object]) -> None:
    """What a signal does that asks to end, before uvicorn listens to it, and when that raises again what it caught."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: end())


def _end(server: uvicorn.Server) -> None:
    server.should_exit = True


def _server(web: Starlette, proxies: str = "") -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            web,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            proxy_headers=bool(proxies),
            forwarded_allow_ips=proxies,
            timeout_graceful_shutdown=_LEAVE,
        )
    )


@contextmanager
def _running(settings: Settings, clock: Clock, stream: IO[str]) -> Iterator[tuple[Engine, Event]]:
    """An engine at work, and what is set when a signal asks to end; then what was begun is ended."""
    prove(settings.identity.app_id, settings.identity.private_key)
    log.begin(stream, settings.secrets)
    clients, stopping = Clients(settings.identity), Event()
    greet(clients, settings.identity)

    def inbox() -> Inbox:
        return made.inbox

    def arm(delivery: Delivery) -> Armed:
        return inbox().arm(delivery)

    if "://" not in settings.database and not os.path.exists(os.path.expanduser(settings.database)):
        log.tell("a new store is made", store=os.path.abspath(os.path.expanduser(settings.database)))
    own = {**remembering.sweeps(settings.database, clock), **sweeps(clients, clock, inbox)}
    handle = handler(clients, clock, settings.database, arm, settings.pages)
    made = engine(settings.database, handle, own, settings.threads)
    _when_asked(stopping.set)
    try:
        made.start()
        try:
            yield made, stopping
        finally:
            log.tell("ending")
    finally:
        made.stop()
        clients.close()


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        held = socket.create_server((host, port), family=family, backlog=2_048)
    except OSError as error:
        why = f"nobody can listen at {host} port {port}: {os.strerror(error.errno) if error.errno else error}"
        raise ConfigError([Problem("usage", why, help="choose others with --host and --port")]) from error
    with held:
        yield held
