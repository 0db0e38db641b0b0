"""How the documentation site is built: ``sphinx-build -nW docs build/docs``."""

from __future__ import annotations

from qualitygate import __version__

project = "qualitygate"
author = "The qualitygate maintainers"
release = version = __version__

extensions = ["myst_parser"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 4

html_theme = "furo"
html_title = f"qualitygate {__version__}"
highlight_language = "text"
