"""Ten years of history: each list reads few rows for each that it shows, and no query walks through a large table.

By default there is less, for it takes a minute to write; QUALITYGATE_FULL_HISTORY=1 writes all of it.

How rows are counted. PostgreSQL tells them: EXPLAIN ANALYZE says how many each scan gave and how many it looked at and
left out. SQLite tells nobody through Python; but its virtual machine makes at least one step for each row that it looks
at, and its progress handler counts those. So rows read are no more than steps, and it is the steps that are held
against the bound.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import Engine, event, text
from starlette.applications import Starlette

from qualitygate.desk import pace
from qualitygate.github.people import Readable
from qualitygate.server import remembering
from qualitygate.server.api.answers import routes
from qualitygate.server.api.described import BASE
from qualitygate.server.api.door import Rights
from qualitygate.storage.inbox import Delivery, Inbox
from qualitygate.storage.opening import open_engine
from qualitygate.storage.tables import BOARD, HEADS, INBOX, JUDGEMENTS, PROJECTS, TICKETS, WRITES
from qualitygate.storage.verdicts import Cursor, VerdictStore
from qualitygate.storage.watching import Watch
from tests.action.conftest import junit
from tests.github.double.github import GitHub
from tests.github.test_desk import POLICY as PROMISES
from tests.server.conftest import listening
from tests.server.history import NOW, SMALL, WHOLE, fill, github_id, name
from tests.server.pages.conftest import Dashboard, Visitor, opened
from tests.server.shop import Shop
from tests.storage.conftest import empty

FULL = bool(os.environ.get("QUALITYGATE_FULL_HISTORY"))
SIZE = WHOLE if FULL else SMALL
LARGE = {each.name for each in (JUDGEMENTS, HEADS, PROJECTS, BOARD, INBOX, TICKETS, WRITES)}
BOUND = 100
"""Database rows that may be read for each row that is shown."""
Asked = tuple[str, Any]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with all of the history, which is written once."""
    if request.param == "sqlite":
        address = str(tmp_path_factory.mktemp("history") / "q.sqlite")
    else:
        address = empty(request.getfixturevalue("postgresql"))
    verdicts = fill(address, SIZE)
    assert verdicts >= SIZE.repositories * SIZE.days
    return address


@contextmanager
def overheard() -> Iterator[list[Asked]]:
    """Every statement that any store executes meanwhile, with its parameters."""
    told: list[Asked] = []

    def heard(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        told.append((statement, parameters[0] if many else parameters))

    event.listen(Engine, "before_cursor_execute", heard)
    try:
        yield told
    finally:
        event.remove(Engine, "before_cursor_execute", heard)


def walks(engine: Engine, statement: str, parameters: Any) -> list[str]:
    """The large tables that a statement walks through from end to end."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [str(row[3]) for row in plan]
            found = re.findall(r"SCAN (\w+)", "\n".join(steps))
        else:
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            plan = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
            found = re.findall(r"Seq Scan on (\w+)", "\n".join(str(row[0]) for row in plan))
        connection.rollback()
    return [each for each in found if each in LARGE]


def rows_read(engine: Engine, statement: str, parameters: Any) -> int:
    """How many rows a query reads, at most."""
    if engine.dialect.name == "sqlite":
        steps = 0

        def stepped() -> None:
            nonlocal steps
            steps += 1

        with engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.set_progress_handler(stepped, 1)
            result = connection.exec_driver_sql(statement, parameters)
            if result.returns_rows:
                result.all()
            driver.set_progress_handler(None, 1)
            connection.rollback()
        return steps
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters).scalar_one()
        return sum(_scanned(plan[0]["Plan"]))


def _scanned(node: dict[str, Any]) -> Iterator[int]:
    """The rows that each scan of a plan looked at."""
    if "Relation Name" in node or node["Node Type"].startswith("Bitmap"):
        left_out = sum(int(node.get(f"Rows Removed by {why}", 0)) for why in ("Filter", "Index Recheck"))
        yield round((node["Actual Rows"] + left_out) * node["Actual Loops"])
    for each in node.get("Plans", ()):
        yield from _scanned(each)


def is_query(statement: str) -> bool:
    return statement.lstrip().split(None, 1)[0] in {"SELECT", "UPDATE", "DELETE", "INSERT"}


def queries(told: list[Asked]) -> dict[str, Any]:
    """The distinct statements about rows, each with the parameters it was first asked with."""
    found: dict[str, Any] = {}
    for statement, parameters in told:
        if is_query(statement):
            found.setdefault(statement, parameters)
    return found


def of_tables(statement: str) -> set[str]:
    return LARGE & set(re.findall(r"\w+", statement))


def of(*numbers: int) -> Rights:
    return Rights(
        readable={
            name(number): Readable(id=github_id(number), name=name(number), branch="main", private=True, admin=True)
            for number in numbers
        }
    )


EVERYBODY, SOME, ONE = of(*range(1, SIZE.repositories + 1)), of(2, 3, 5), of(3)


@pytest.mark.parametrize("rights", [EVERYBODY, SOME, ONE], ids=["of all", "of some", "of one"])
@pytest.mark.parametrize(
    "path",
    [
        "/projects",
        "/board",
        f"/board?repository={name(3)}",
        f"/projects/{name(3)}/judgements",
        f"/deliveries?repository={name(3)}",
    ],
)
def test_a_list_reads_few_rows_for_each_that_it_shows(filled: str, path: str, rights: Rights) -> None:
    after = ""
    with VerdictStore(filled) as store, Inbox(filled) as inbox, listening(application(store, inbox, rights)) as url:
        for _ in range(3):
            with overheard() as told:
                answer = requests.get(f"{url}{BASE}{path}{after}", timeout=60).json()
            shown = len(answer["items"])
            engine = open_engine(filled)
            read = sum(rows_read(engine, *each) for each in told if is_query(each[0]))
            engine.dispose()
            assert shown and read <= BOUND * shown, (read, shown)
            after = f"{'&' if '?' in path else '?'}cursor={answer['next']}"
            if answer["next"] is None:
                break


@pytest.mark.parametrize(
    ("path", "row"),
    [
        ("/", r'href="/repositories/acme/app-\d+"'),
        (f"/repositories/{name(3)}", r"/runs/\d+"),
        (f"/repositories/{name(3)}/deliveries", r"old-\d+"),
    ],
)
def test_a_page_reads_few_rows_for_each_that_it_shows(
    filled: str, github: GitHub, tmp_path: Path, path: str, row: str
) -> None:
    with opened(github, tmp_path, PROMISES, filled) as dashboard:
        kim = _kim(dashboard)
        kim.see(path)
        with overheard() as told:
            answer = kim.see(path)
    assert 200 == answer.status_code
    shown = len(set(re.findall(row, answer.text)))
    engine = open_engine(filled)
    read = sum(rows_read(engine, *each) for each in told if each[0].lstrip().startswith("SELECT"))
    engine.dispose()
    assert shown and read <= BOUND * shown, (read, shown)


def _kim(dashboard: Dashboard) -> Visitor:
    """Somebody who administers all repositories of the history."""
    for number in range(1, SIZE.repositories + 1):
        repository = dashboard.github.repository(name(number), private=True)
        repository.id = github_id(number)
        repository.roles["kim"] = "admin"
    dashboard.shop.roles["kim"] = "admin"
    return dashboard.visitor("kim")


def application(store: VerdictStore, inbox: Inbox, rights: Rights) -> Starlette:
    return Starlette(routes=list(routes(store, inbox, lambda _: rights, lambda: NOW)))


def test_no_query_of_the_server_walks_through_a_large_table(
    filled: str, github: GitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "APART", 0)
    with opened(github, tmp_path, PROMISES, filled) as dashboard, overheard() as told:
        _judge_and_attend(dashboard)
        _see(dashboard)
        _work(filled)
        _read(filled)
        _look_after(filled, dashboard)
    asked = queries(told)
    assert {table for statement in asked for table in of_tables(statement)} == LARGE, "each was asked about"
    engine = open_engine(filled)
    found = {statement: walked for statement, at in asked.items() if (walked := walks(engine, statement, at))}
    engine.dispose()
    assert {} == found


def _judge_and_attend(shop: Shop) -> None:
    pull = shop.pull()
    run = shop.run(pull, reports={"unit.xml": junit(failed=1)})
    shop.tell(run)
    shop.tell(run)
    shop.handle(shop.delivery(shop.rerequest(shop.shop.check_runs[0]), "check_run"))
    for action in ("closed", "reopened"):
        shop.handle(
            shop.delivery(shop.about({"action": action, "pull_request": {"number": pull.number}}), "pull_request")
        )
    issue = shop.shop.issue(labels=["support"], login="eve")
    for hours in (0, 25):
        shop.now = shop.github.now + timedelta(hours=hours)
        payload = shop.about({"action": "opened", "issue": {"number": issue.number}})
        shop.handle(shop.delivery(payload, "issues"))


def _see(dashboard: Dashboard) -> None:
    """Every page of the dashboard, and the next page of each list."""
    kim = _kim(dashboard)
    own = f"/repositories/{name(3)}"
    last = dashboard.verdicts.history(name(3))[0].id
    paths = ["/", own, f"{own}/runs/{last}", f"{own}/runs/{last}/verdict?format=json", f"{own}/deliveries"]
    paths += [f"{own}/deliveries?state=done", "/repositories/acme/shop/board"]
    for path in paths:
        answer = kim.see(path)
        assert 200 == answer.status_code, path
        for more in re.findall(r'href="(/[^"]*(?:before|after)=[^"]*)"', answer.text):
            assert 200 == kim.see(more.replace("&amp;", "&")).status_code, more
    kim.submit(f"{own}/deliveries", csrf=kim.csrf, id="old-1")
    kim.submit("/sign-out", csrf=kim.csrf)


def _work(address: str) -> None:
    with Inbox(address) as inbox:
        for id in "abc":
            inbox.receive(Delivery(id=id, event="issues", body=id, repository=name(1), about=f"{name(1)}#{id}"))
            inbox.receive(Delivery(id=id, event="issues", body=id))
        taken = [inbox.take(), inbox.take(), inbox.take("c")]
        assert taken[0] and taken[1] and taken[2]
        inbox.renew([taken[0]])
        inbox.settle(taken[0])
        inbox.again(taken[1], 0.0, "502")
        inbox.bury(taken[2], "403")
        inbox.wait("b")
        inbox.overdue(0)
        inbox.reclaim()
        inbox.turn("sweep", 1e6)
        inbox.forget()


def _read(address: str) -> None:
    with (
        VerdictStore(address) as store,
        Inbox(address) as inbox,
        listening(application(store, inbox, EVERYBODY)) as url,
    ):
        last = store.history(name(1))[-1]
        store.before(last)
        paths = ["/projects", f"/projects/{name(1)}", f"/projects/{name(1)}/judgements?limit=5", "/board?limit=5"]
        paths += [f"/projects/{name(1)}/judgements?stream=main%20qualitygate", f"/board?repository={name(2)}"]
        paths += [
            f"/deliveries?repository={name(2)}&limit=5",
            f"/judgements/{last.id}",
            f"/judgements/{last.id}/verdict",
        ]
        for path in paths:
            answer = requests.get(f"{url}{BASE}{path}", timeout=60)
            assert 200 == answer.status_code
            if path.endswith("5"):
                more = requests.get(f"{url}{BASE}{path}&cursor={answer.json()['next']}", timeout=60)
                assert 200 == more.status_code
        store.history(name(1), before=Cursor(at=NOW, id=1))
        store.overlook(name(5))


def _look_after(address: str, shop: Shop) -> None:
    with Watch(address) as watch:
        watch.look()
    remembering.forget(address, lambda: shop.now)


def test_a_sweep_that_has_nothing_to_drop_reads_next_to_nothing(filled: str) -> None:
    with Inbox(filled) as inbox:
        inbox.forget()
        with overheard() as told:
            assert 0 == inbox.forget()
    remembering.forget(filled, lambda: NOW)
    with overheard() as more:
        assert 0 == remembering.forget(filled, lambda: NOW)
    engine = open_engine(filled)
    if engine.dialect.name == "postgresql":  # it counts what is deleted and not swept away yet
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM"))
    read = sum(rows_read(engine, *each) for each in [*told, *more] if is_query(each[0]) and of_tables(each[0]))
    engine.dispose()
    assert read < BOUND * 2, f"of {SIZE.deliveries} deliveries and {SIZE.repositories * SIZE.days} verdicts"


def test_what_walks_through_a_table_is_found(filled: str) -> None:
    engine = open_engine(filled)
    assert ["judgements"] == walks(
        engine, "SELECT * FROM judgements WHERE url = 'x'", () if "://" not in filled else {}
    )
    assert SIZE.days < rows_read(engine, "SELECT * FROM judgements WHERE url = 'x'", () if "://" not in filled else {})
    engine.dispose()
