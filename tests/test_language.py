"""The language of reports: which one counts, and that its catalogue is whole."""

from __future__ import annotations

import ast
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from string import Formatter
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate import amounts, language, registry, wording
from qualitygate.errors import ConfigError
from qualitygate.extension import Style
from qualitygate.language import CHINESE, ENGLISH, LANGUAGES, chosen, say, speaking
from qualitygate.model.measurement import Unit
from qualitygate.model.verdict import Margin, Outcome
from tests import translations
from tests.reporters import samples
from tests.samples import COUNT, COVER, POINTS, RATE, SECONDS, bound, measured, result

OTHERS = [lang for lang in LANGUAGES if lang != ENGLISH]


def places(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


# The catalogue


@pytest.mark.parametrize("lang", OTHERS)
def test_the_catalogue_has_every_marked_text_and_no_other(lang):
    assert set(translations.marked()) == {message.id for message in translations.catalogue(lang) if message.id}


@pytest.mark.parametrize("lang", OTHERS)
def test_every_text_is_translated_and_nothing_is_only_guessed(lang):
    catalogue = translations.catalogue(lang)
    assert [] == [message.id for message in catalogue if message.id and (not message.string or message.fuzzy)]
    assert {} == catalogue.obsolete


@pytest.mark.parametrize("lang", OTHERS)
def test_a_translation_has_the_places_of_its_text(lang):
    for message in translations.catalogue(lang):
        if message.id:
            assert places(message.id) == places(message.string), message.id


@pytest.mark.parametrize("lang", OTHERS)
def test_a_translation_has_the_numbers_and_the_markup_of_its_text(lang):
    for message in translations.catalogue(lang):
        for kept in "0123456789|*[]`<>":
            assert message.id.count(kept) == message.string.count(kept) or not message.id, (message.id, kept)


@pytest.mark.parametrize("lang", OTHERS)
def test_the_catalogue_is_kept_as_it_is_written_and_compiled(lang):
    """``python -m tests.translations`` does both."""
    written = translations.path(lang, "po").read_text(encoding="utf-8").partition("Generated-By")
    renewed = translations.as_po(translations.renewed(lang)).decode().partition("Generated-By")
    assert written[0] == renewed[0]
    assert written[2].partition("\n")[2] == renewed[2].partition("\n")[2]
    with speaking(lang):
        told = {message.id: say(message.id) for message in translations.catalogue(lang) if message.id}
    assert {message.id: message.string for message in translations.catalogue(lang) if message.id} == told


def test_a_text_put_together_where_it_is_marked_is_refused():
    with pytest.raises(AssertionError):
        list(translations.in_python('say(f"{count} failed")'))


def test_every_noun_that_is_counted_is_in_the_catalogue():
    known = set(translations.nouns())
    for file in translations.SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if file.parent.name == "measures" and isinstance(node, (ast.keyword, ast.Assign)):
                name = node.arg if isinstance(node, ast.keyword) else getattr(node.targets[0], "id", "")
                within = ast.walk(node.value) if name == "examined" else ()
                keys = [key for each in within if isinstance(each, ast.Dict) for key in each.keys if key]
                assert {key.value for key in keys} <= known
    for metric in (metric for name in translations.OURS for metric in registry.measure(name).metrics):
        assert {metric.noun, metric.noun.removeprefix("covered ")} <= known


# Which language


@pytest.mark.parametrize(
    ("option", "variable", "policy", "expected"),
    [
        (None, None, "", "en"),
        (None, None, "zh-CN", "zh-CN"),
        (None, "en", "zh-CN", "en"),
        ("zh-CN", "en", "en", "zh-CN"),
        ("", "", "", "en"),
    ],
)
def test_the_option_counts_before_the_environment_and_that_before_the_policy(option, variable, policy, expected):
    environ = {"LANG": "zh_CN.UTF-8", "LC_ALL": "zh_CN.UTF-8"} | (
        {} if variable is None else {"QUALITYGATE_LANG": variable}
    )
    assert expected == chosen(option, environ, policy)


@pytest.mark.parametrize(
    ("lang", "way_out"),
    [("zh", "did you mean 'zh-CN'?"), ("zh_CN", "did you mean 'zh-CN'?"), ("fr", "there are en, zh-CN")],
)
def test_a_language_that_is_not_known_is_an_error_with_a_way_out(lang, way_out):
    with pytest.raises(ConfigError) as caught:
        chosen(None, {"QUALITYGATE_LANG": lang})
    (problem,) = caught.value.problems
    assert (f"QUALITYGATE_LANG: there are no reports in {lang!r}", way_out) == (problem.message, problem.help)


def test_a_style_in_a_language_that_is_not_known_is_an_error():
    with pytest.raises(ConfigError):
        registry.render("text", samples.all_passed(), Style(lang="../../etc"))


# Speaking


def test_a_language_is_spoken_until_the_end_of_its_block_whatever_happens():
    said = []

    def broken() -> None:
        with speaking(CHINESE):
            with speaking(ENGLISH):
                said.append(wording.word(Outcome.FAILED))
            said.append(wording.word(Outcome.FAILED))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert ["FAIL", "未通过"] == said
    assert "FAIL" == wording.word(Outcome.FAILED)


def test_two_threads_speak_two_languages_at_once():
    both = Barrier(2, timeout=30)

    def told(lang: str) -> str:
        with speaking(lang):
            both.wait()
            word = wording.word(Outcome.NO_DATA)
            both.wait()
            return word

    with ThreadPoolExecutor(2) as pool:
        assert ["NO DATA", "无数据"] == list(pool.map(told, LANGUAGES))


def test_a_noun_of_a_stranger_stays_as_it_is():
    with speaking(CHINESE):
        assert ["1 mutant", "2 {mutants}", "3 "] == [
            amounts.number("mutants", 1),
            amounts.number("{mutants}", 2),
            amounts.number("", 3),
        ]


def test_a_value_is_never_formatted_again():
    with speaking(CHINESE):
        assert "负责人：{owner.__class__} %s" == say("owner: {owner}", owner="{owner.__class__} %s")


def test_english_reads_no_catalogue_and_chinese_one():
    code = (
        "import sys, qualitygate.wording\n"
        "from qualitygate.language import _catalogue, speaking\n"
        "from qualitygate.model.verdict import Outcome\n"
        "with speaking({lang!r}): qualitygate.wording.word(Outcome.FAILED)\n"
        "print('gettext' in sys.modules, _catalogue.cache_info().misses)"
    )
    printed = [
        subprocess.run(
            [sys.executable, "-I", "-c", code.format(lang=lang)], capture_output=True, text=True, check=True
        ).stdout.strip()
        for lang in LANGUAGES
    ]
    assert ["False 0", "True 1"] == printed


# Numbers


def digits(text: str) -> list[str]:
    return sorted(each for each in text if each.isdigit())


@given(
    metric=st.sampled_from([COUNT, RATE, COVER, POINTS, SECONDS]),
    value=st.fractions(0, 1, max_denominator=10**6),
    limit=st.fractions(0, 1, max_denominator=1000),
    away=st.none() | st.fractions(-100, 100, max_denominator=100),
    side=st.sampled_from(["below", "at_most", "at_least", "above"]),
)
def test_numbers_are_the_same_in_every_language(metric, value, limit, away, side):
    end = "floor" if side in ("at_least", "above") else "ceiling"
    whole = away if away is None or metric.unit in (Unit.POINTS, Unit.SECONDS) else Fraction(round(away))
    far = None if whole is None else Margin(amount=whole, noun=metric.noun, side=end)
    judged = result(measured(metric, value), Outcome.FAILED, bound(**{side: limit}), margin=far)
    said = []
    for lang in LANGUAGES:
        with speaking(lang):
            said.append(digits(wording.told(judged)))
    assert said[0] == said[1]


def test_the_folder_of_catalogues_has_each_language_and_no_other():
    folders = {folder.name.replace("_", "-") for folder in translations.path(ENGLISH, "po").parents[2].iterdir()}
    assert set(OTHERS) == folders
    assert language.FOLDER.endswith("locale")
