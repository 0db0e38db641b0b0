"""The policy that a verdict was reached by, with the organisation's; and the zone that times are told in."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.server.pages.conftest import Dashboard
from tests.server.pages.test_board import NOTHING, tickets
from tests.server.pages.test_deliveries import kept
from tests.server.pages.test_gates import POLICY, pushed, words
from tests.server.test_owners import LOCKED, WHOLE, owned

SHOP = "/repositories/acme/shop"
SAME = "the SHA-256 of all of it is that of the verdict"
OTHER = "The SHA-256 is not that of"
SUPPORT = "support:\n  tickets: {label: support}\n  team: [lin]\n  targets: {normal: {first_response: 24h}}\n"


def shown(dashboard: Dashboard, id: int, who: str = "kim") -> str:
    return words(dashboard.visitor(who).see(f"{SHOP}/runs/{id}/policy").text)


def test_what_the_organisation_adds_and_locks_is_shown_as_it_was_judged_by(dashboard: Dashboard) -> None:
    owned(dashboard.github, LOCKED)
    dashboard.policy(POLICY)
    seen = shown(dashboard, pushed(dashboard, 0))
    assert SAME in seen
    assert "Of the organisation acme/.github:qualitygate.yml" in seen
    assert "It counts in each repository of acme" in seen
    assert "pull-request/failures acme/.github:qualitygate.yml:5 yes, it can only be made tighter" in seen
    assert "pull-request/many acme/.github:qualitygate.yml:6 no" in seen
    assert "Nothing may fail" in seen, "and its own"


def test_one_that_has_changed_since_is_told(dashboard: Dashboard) -> None:
    owned(dashboard.github, LOCKED)
    dashboard.policy(POLICY)
    id = pushed(dashboard, 0)
    owned(dashboard.github, LOCKED.replace("at_least: 2", "at_least: 1"))
    seen = shown(dashboard, id)
    assert (SAME in seen, OTHER in seen) == (False, True)


def test_one_that_somebody_may_not_read_is_not_shown_to_them(dashboard: Dashboard) -> None:
    owned(dashboard.github, LOCKED + "# sesame\n", private=True)
    dashboard.policy(POLICY)
    id = pushed(dashboard, 0)
    seen = shown(dashboard, id)
    assert (SAME in seen, OTHER in seen, "sesame" in seen) == (False, True, False)
    dashboard.github.repository("acme/.github").roles["lin"] = "read"
    seen = shown(dashboard, id, "lin")
    assert (SAME in seen, "sesame" in seen) == (True, True)


def test_a_repository_without_a_policy_has_the_organisations_alone(dashboard: Dashboard) -> None:
    owned(dashboard.github, WHOLE)
    dashboard.shop.commit(branch="main", files={"qualitygate.yml": None})
    seen = shown(dashboard, pushed(dashboard, 0))
    assert SAME in seen
    assert "had no policy of its own" in seen
    assert "metric: tests.executed, at_least: 2" in seen


def test_a_policy_that_is_wrong_is_shown_without_a_list_of_conditions(dashboard: Dashboard) -> None:
    dashboard.policy(f"gaets: {{}}\n{POLICY}")
    sha = dashboard.shop.commit(branch="main", message="wrong")
    dashboard.tell(dashboard.run(sha=sha, branch="main", reports={}))
    seen = shown(dashboard, dashboard.verdicts.history("acme/shop")[0].id)
    assert "gaets" in seen
    assert ("Who asks for what" in seen, SAME in seen, OTHER in seen) == (False, False, False)


def test_support_that_the_organisation_promises_is_on_the_board(dashboard: Dashboard) -> None:
    owned(dashboard.github, LOCKED + SUPPORT)
    dashboard.policy(NOTHING)
    tickets(dashboard)
    assert "older" in words(dashboard.visitor("kim").see(f"{SHOP}/board").text)


@pytest.mark.parametrize(
    ("page", "zone"),
    [
        (SHOP, "Asia/Shanghai"),
        (f"{SHOP}/runs/{{id}}", "Asia/Shanghai"),
        (f"{SHOP}/board", "Asia/Shanghai"),
        (f"{SHOP}/deliveries", "Asia/Shanghai"),
        ("/", "UTC"),
        ("/tickets", "UTC"),
    ],
)
def test_all_times_of_a_page_are_in_one_zone_that_is_named(dashboard: Dashboard, page: str, zone: str) -> None:
    dashboard.policy(f"{POLICY}timezone: Asia/Shanghai\n{SUPPORT}")
    pushed(dashboard, 0)
    id = pushed(dashboard, 1, 1)
    tickets(dashboard)
    kept(dashboard, "d-1")
    dashboard.now += timedelta(minutes=2)
    text = dashboard.visitor("lin").see(page.format(id=id)).text
    times = re.findall(r"<time [^>]*>([^<]*)</time>", text)
    assert times
    assert {zone} == {each.rpartition(" ")[2] for each in times}


def test_where_the_policy_is_wrong_times_are_in_utc(dashboard: Dashboard) -> None:
    kept(dashboard, "d-1")
    dashboard.policy("version: [")
    assert " UTC</time>" in dashboard.visitor("lin").see(f"{SHOP}/deliveries").text


def test_while_github_does_not_tell_the_policy_a_verdict_is_shown_all_the_same(dashboard: Dashboard) -> None:
    id = pushed(dashboard, 0)
    lin = dashboard.visitor("lin")
    for path in ("/repos/acme/shop/contents/*", "/repos/acme/.github/contents/*"):
        dashboard.github.fail("GET", path, status=403)
    answer = lin.see(f"{SHOP}/runs/{id}")
    assert (200, True) == (answer.status_code, " UTC</time>" in answer.text)
