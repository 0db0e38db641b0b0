"""The language a report is told in: its words as they are written here, or from a catalogue of gettext.

English is what the code says, so it costs no catalogue and no look-up. The language is that of the text a thread is
making just now, never that of the process: two threads tell two reports in two languages.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from threading import local

from qualitygate.errors import ConfigError, Problem
from qualitygate.nearest import near

ENGLISH, CHINESE = "en", "zh-CN"
LANGUAGES = (ENGLISH, CHINESE)
"""What reports can be told in, as BCP 47 writes it."""
VARIABLE = "QUALITYGATE_LANG"
FOLDER = os.path.join(os.path.dirname(__file__), "locale")
"""Where the catalogues are, as gettext lays them out."""
DOMAIN = "qualitygate"


class _Spoken(local):
    look_up: Callable[[str], str] | None = None


_SPOKEN = _Spoken()


def marked(text: str) -> str:
    """The text itself: a constant that :func:`say` is given later is marked for the catalogues with this."""
    return text


def say(text: str, /, **values: object) -> str:
    """The words in the language that is spoken, with the values in their ``{places}``.

    A text that no catalogue has, like the noun of a stranger's metric, stays as it is. Values are never looked up and
    never formatted again.
    """
    told = _SPOKEN.look_up(text) if _SPOKEN.look_up and text else text
    return told.format(**values) if values else told


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Speak a language until the end of the block. Raises :class:`~qualitygate.errors.ConfigError` for one unknown."""
    before = _SPOKEN.look_up
    _SPOKEN.look_up = None if lang == ENGLISH else _catalogue(known(lang, "the language"))
    try:
        yield
    finally:
        _SPOKEN.look_up = before


def chosen(option: str | None, environ: Mapping[str, str], policy: str = "", *, name: str = "--lang") -> str:
    """The language of the option, else of the environment, else of the policy, else English.

    Nothing is guessed from the locale: a build says the same on every machine. ``name`` is what the option is called.
    Raises :class:`~qualitygate.errors.ConfigError` for a language that is not known.
    """
    asked = {name: option, VARIABLE: environ.get(VARIABLE), "lang": policy}
    return next((known(lang, by) for by, lang in asked.items() if lang), ENGLISH)


def known(lang: str, by: str) -> str:
    """The language, if there is such a one; ``by`` is what asked for it."""
    if lang not in LANGUAGES:
        close = near(lang, LANGUAGES, cutoff=0.3)
        way_out = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(LANGUAGES)}"
        raise ConfigError([Problem("usage", f"{by}: there are no reports in {lang!r}", help=way_out)])
    return lang


@cache
def _catalogue(lang: str) -> Callable[[str], str]:
    from gettext import GNUTranslations  # noqa: PLC0415 - English does without

    with open(os.path.join(FOLDER, lang.replace("-", "_"), "LC_MESSAGES", f"{DOMAIN}.mo"), "rb") as file:
        return GNUTranslations(file).gettext
