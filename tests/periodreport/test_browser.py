"""The page of a period in a real browser: no complaint, nothing that axe-core finds, fit for a phone and for paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qualitygate import periodreport
from qualitygate.language import LANGUAGES
from tests.action.browser import find
from tests.periodreport import samples

pytest.importorskip("vl_convert", reason="vl-convert is not installed: the extra report")
api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
WIDE, NARROW = 1280, 390


@pytest.fixture(scope="module")
def browser(tmp_path_factory) -> Iterator[Any]:
    command = find(tmp_path_factory.mktemp("browser")).command
    with api.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=command, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[tuple[str, str], Path]:
    folder = tmp_path_factory.mktemp("pages")
    made = {}
    for sample in ("whole", "hostile", "on_nothing", "example"):
        for lang in LANGUAGES:
            path = made[sample, lang] = folder / f"{sample}-{lang}.html"
            path.write_text(periodreport.render("html", getattr(samples, sample)(), lang), encoding="utf-8")
    return made


def opened(browser: Any, path: Path, **options: Any) -> tuple[Any, list[str]]:
    """The page, and all that the browser says or asks for while it is loaded."""
    page = browser.new_page(**options)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("request", lambda request: said.append(request.url) if request.url != path.as_uri() else None)
    page.goto(path.as_uri())
    return page, said


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("sample", ["whole", "hostile", "on_nothing", "example"])
def test_the_browser_complains_of_nothing_and_loads_nothing(browser, pages, sample, lang):
    page, said = opened(browser, pages[sample, lang])
    assert [] == said
    assert page.title()
    page.close()


@pytest.mark.parametrize(
    ("sample", "lang", "width", "scheme"),
    [
        ("whole", "en", WIDE, "light"),
        ("whole", "zh-CN", NARROW, "dark"),
        ("example", "zh-CN", WIDE, "light"),
        ("on_nothing", "en", WIDE, "light"),
    ],
)
def test_axe_core_finds_no_violation(browser, pages, sample, lang, width, scheme):
    options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    page, _ = opened(browser, pages[sample, lang], bypass_csp=True, **options)  # axe is a script
    found = axe.Axe().run(page).response
    assert [] == [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]]
    assert found["passes"]
    page.close()


@pytest.mark.parametrize("sample", ["whole", "hostile"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_nothing_is_wider_than_the_window(browser, pages, sample, width):
    page, _ = opened(browser, pages[sample, "en"], viewport={"width": width, "height": 900}, bypass_csp=True)
    assert width == page.evaluate("document.documentElement.scrollWidth")
    page.close()


def test_what_scrolls_can_be_reached_by_keyboard(browser, pages):
    page, _ = opened(browser, pages["whole", "en"], viewport={"width": NARROW, "height": 900}, bypass_csp=True)
    reached = "[...document.querySelectorAll('.scroll')].every(each => each.tabIndex === 0 && each.ariaLabel)"
    assert page.evaluate(reached)
    page.close()


def test_the_main_table_is_still_one_to_a_reader_of_screens_on_a_phone(browser, pages):
    page, _ = opened(browser, pages["whole", "en"], viewport={"width": NARROW, "height": 900}, bypass_csp=True)
    table = page.get_by_role("table").nth(1)
    assert 1 + sum(max(1, len(each.checks)) for each in samples.whole().commitments) == table.get_by_role("row").count()
    assert len(samples.whole().commitments) == table.get_by_role("rowheader").count()
    page.close()


def test_it_prints_on_a4(browser, pages):
    page, _ = opened(browser, pages["whole", "zh-CN"])
    printed = page.pdf(prefer_css_page_size=True)
    assert b"/MediaBox [0 0 594.95996 841.91998]" in printed or b"/MediaBox [0 0 595" in printed
    page.close()


PARTS = """[...document.querySelectorAll('figure')].map(figure => {
  const parts = [...figure.closest('.commitment').querySelector('.check').parentNode.children];
  const before = [...parts.filter(each => !each.matches('.check')), ...figure.parentNode.children];
  const above = before.filter(each => each.compareDocumentPosition(figure) & Node.DOCUMENT_POSITION_FOLLOWING);
  return above.filter(each => getComputedStyle(each).breakAfter !== 'avoid').map(each => each.outerHTML);
})"""
"""What stands above each plot, from the clause on, with room for the end of a page behind it."""


@pytest.mark.parametrize("sample", ["whole", "example"])
def test_on_paper_no_page_ends_between_a_clause_and_its_plot_and_no_frame_is_cut(browser, pages, sample):
    page, _ = opened(browser, pages[sample, "en"], bypass_csp=True)
    page.emulate_media(media="print")
    plots = page.evaluate(PARTS)
    assert plots
    assert [[] for _ in plots] == plots
    sides = "[...document.querySelectorAll('.commitment')].map(each => getComputedStyle(each).borderInlineWidth)"
    assert {"0px"} == set(page.evaluate(sides))
    page.close()
