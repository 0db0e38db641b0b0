"""The page of deliveries, and its button."""

from __future__ import annotations

import pytest

from qualitygate.github.installations import Installed
from qualitygate.server.pages import deliveries
from qualitygate.server.spreading import CLOCKS, NIGHT, swept
from qualitygate.storage.inbox import DEAD, DONE, WAITING, Delivery
from tests.server.pages.conftest import Dashboard

OTHER = 77_777
"""The number of a repository that had the name before."""
PATH = "/repositories/acme/shop/deliveries"


def kept(dashboard: Dashboard, id: str, *, dead: str = "", of: int = 0) -> None:
    delivery = Delivery(
        id=id,
        event="workflow_run",
        action="completed",
        repository="acme/shop",
        repository_id=of or dashboard.shop.id,
        body=f'{{"of": "{id}"}}',
    )
    dashboard.inbox.receive(delivery)
    taken = dashboard.inbox.take(id)
    assert taken
    if dead:
        dashboard.inbox.bury(taken, dead)
    else:
        dashboard.inbox.settle(taken)


def test_what_became_of_each_is_told_to_who_administers_the_repository(dashboard: Dashboard) -> None:
    kept(dashboard, "d-1")
    kept(dashboard, "d-2", dead="GitHub <refused> it")
    kept(dashboard, "d-3", of=OTHER)
    text = dashboard.visitor("lin").see(PATH).text
    assert text.index("d-2") < text.index("d-1"), "the newest first"
    assert "GitHub &lt;refused&gt; it" in text
    assert "d-3" not in text
    assert 1 == text.count("Try again")
    only = dashboard.visitor("lin").see(f"{PATH}?state=done").text
    assert "d-1" in only
    assert "d-2" not in only


def test_what_our_own_sweeps_put_in_is_listed_apart(dashboard: Dashboard) -> None:
    kept(dashboard, "d-1")
    place = Installed(id=dashboard.shop.id, name="acme/shop", branch="main", pushed="")
    for action in (CLOCKS, NIGHT):
        dashboard.inbox.arm(swept(place, 1, action, "7"))
    taken = dashboard.inbox.take(own=True)
    assert taken
    dashboard.inbox.bury(taken, "GitHub refused it")
    lin = dashboard.visitor("lin")
    webhooks, sweeps = lin.see(PATH).text, lin.see(f"{PATH}?of=sweeps").text
    assert ("d-1" in webhooks, "sweep:" in webhooks) == (True, False)
    assert ("d-1" in sweeps, sweeps.count("sweep:clocks") > 0, sweeps.count("sweep:night") > 0) == (False, True, True)
    assert "clocks that time alone moves" in sweeps
    assert 'href="?of=sweeps"' in webhooks
    assert "sweep:night" not in lin.see(f"{PATH}?of=sweeps&state=dead").text
    answer = lin.submit(PATH, csrf=lin.csrf, id=taken.delivery.id)
    assert f"{PATH}?of=sweeps" == answer.headers["location"]
    assert {WAITING: 2, DONE: 1} == dashboard.inbox.counts()


def test_others_do_not_see_that_there_is_such_a_page(dashboard: Dashboard) -> None:
    kim = dashboard.visitor("kim")
    assert 404 == kim.see(PATH).status_code
    assert "/deliveries" not in kim.see("/repositories/acme/shop/board").text
    kept(dashboard, "d-1", dead="no")
    assert 404 == kim.submit(PATH, csrf=kim.csrf, id="d-1").status_code
    assert {DEAD: 1} == dashboard.inbox.counts()


@pytest.mark.parametrize(("state", "shown"), [("", PATH), ("dead", f"{PATH}?state=dead"), ("&x=1", PATH)])
def test_one_that_was_put_aside_is_tried_again(dashboard: Dashboard, state: str, shown: str) -> None:
    kept(dashboard, "d-1", dead="no")
    lin = dashboard.visitor("lin")
    answer = lin.submit(PATH, csrf=lin.csrf, id="d-1", state=state)
    assert (303, shown) == (answer.status_code, answer.headers["location"])
    assert {WAITING: 1} == dashboard.inbox.counts()


@pytest.mark.parametrize("id", ["d-1", "d-2", "none", ""])
def test_another_repositorys_and_one_that_is_done_are_left_alone(dashboard: Dashboard, id: str) -> None:
    kept(dashboard, "d-1")
    kept(dashboard, "d-2", dead="no", of=OTHER)
    lin = dashboard.visitor("lin")
    lin.submit(PATH, csrf=lin.csrf, id=id)
    assert {DONE: 1, DEAD: 1} == dashboard.inbox.counts()


def test_whoever_takes_a_name_sees_no_delivery_of_who_had_it(dashboard: Dashboard) -> None:
    kept(dashboard, "d-1", of=OTHER)
    kept(dashboard, "d-2")
    lin = dashboard.visitor("lin")
    text = lin.see(PATH).text
    assert ("d-1" in text, "d-2" in text) == (False, True)
    with dashboard.inbox.begin() as connection:
        connection.exec_driver_sql("UPDATE inbox SET repository = 'acme/store'")
    assert "d-2" in lin.see(PATH).text, "and one that is renamed keeps its own"


def test_many_are_on_several_pages(dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries, "MOST", 2)
    for number in range(5):
        kept(dashboard, f"d-{number}")
    lin, path, seen = dashboard.visitor("lin"), PATH, []
    while path:
        text = lin.see(path).text.partition("<main")[2]
        seen += [name for name in (f"d-{number}" for number in reversed(range(5))) if name in text]
        _, _, rest = text.partition('<p><a href="?state=&amp;before=')
        path = f"{PATH}?before={rest.partition(chr(34))[0]}" if rest else ""
    assert ["d-4", "d-3", "d-2", "d-1", "d-0"] == seen
    assert 404 == lin.see(f"{PATH}?before=x").status_code
