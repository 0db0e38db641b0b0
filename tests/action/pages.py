"""What we put on GitHub as a page in its manner: GitHub's own Markdown, our own style."""

from __future__ import annotations

import html

from cmarkgfm import github_flavored_markdown_to_html
from cmarkgfm.cmark import Options

from qualitygate.github.posts import CheckRun

STYLE = """
body { margin: 0; background: #fff; color: #1f2328; font: 14px/1.5 "Liberation Sans", "DejaVu Sans", sans-serif }
main { display: block; margin: 16px; border: 1px solid #d1d9e0; border-radius: 6px; overflow: hidden }
header { padding: 8px 16px; background: #f6f8fa; border-bottom: 1px solid #d1d9e0; color: #59636e }
header strong { color: #1f2328 }
article { padding: 16px; overflow-wrap: break-word }
h1 { font-size: 18px; margin: 0 }
h2 { font-size: 20px; line-height: 1.25; margin: 0 0 12px; padding-bottom: 6px; border-bottom: 1px solid #d1d9e0 }
h3 { font-size: 15px; margin: 16px 0 8px }
p, ul, table, details { margin: 0 0 12px }
ul { padding-left: 24px }
table { border-collapse: collapse; display: block; overflow: auto }
th, td { border: 1px solid #d1d9e0; padding: 5px 12px; text-align: left }
tbody tr:nth-child(2n) { background: #f6f8fa }
summary { cursor: pointer }
a { color: #0969da }
.failure { color: #d1242f } .success { color: #1a7f37 } .neutral { color: #59636e }
.annotation { border: 1px solid #d1d9e0; border-left: 4px solid #d1242f; border-radius: 4px; margin: 0 0 8px;
  padding: 6px 12px }
.annotation.warning { border-left-color: #9a6700 } .annotation.notice { border-left-color: #0969da }
.annotation code { font: 12px "Liberation Mono", "DejaVu Sans Mono", monospace; color: #59636e }
"""
SYMBOLS = {"failure": "✕", "success": "✓", "neutral": "■"}
"""As GitHub draws them beside a check's name."""


def markdown(text: str) -> str:
    """As GitHub makes HTML of it, with its filter of tags, before it cleans the result: stricter than what is shown."""
    return str(github_flavored_markdown_to_html(text, options=Options.CMARK_OPT_UNSAFE))


def comment(body: str) -> str:
    """A comment below a pull request."""
    told = f"<article class='markdown'>{markdown(body)}</article>"
    return _page(f"<header><strong>github-actions</strong> bot commented</header>{told}")


def check(run: CheckRun, shown: int = 3) -> str:
    """The page of a check run, with the first of its annotations."""
    head = f"<span class='{run.conclusion}'>{SYMBOLS[run.conclusion]}</span> {html.escape(run.name)}"
    annotations = "".join(
        f"<div class='annotation {each.level}'><code>{html.escape(f'{each.path}#L{each.line}')}</code><br>"
        f"<strong>{html.escape(each.title)}</strong><br>{html.escape(each.message)}</div>"
        for each in run.annotations[:shown]
    )
    told = f"<h3>Annotations ({len(run.annotations)})</h3>{annotations}" if annotations else ""
    return _page(
        f"<header><strong>{head}</strong></header><article><h1>{html.escape(run.title)}</h1><br>"
        f"<section class='markdown'>{markdown(run.summary)}</section>{told}</article>"
    )


def _page(content: str) -> str:
    head = f"<!doctype html><meta charset=utf-8><title>GitHub</title><style>{STYLE}</style>"
    return f"{head}<body><main>{content}</main></body>"
