"""What people take along: a file that is saved and never shown in place of a page of ours."""

from __future__ import annotations

import re

from starlette.responses import Response

_SAFE = {"Content-Security-Policy": "default-src 'none'; sandbox"}


def download(text: str, name: str) -> Response:
    """A text as a file of this name. A browser that shows it all the same runs and loads nothing of it."""
    harmless = re.sub(r"[^\w.-]", "-", name, flags=re.ASCII)
    headers = {**_SAFE, "Content-Disposition": f'attachment; filename="{harmless}"'}
    body = text.encode("utf-8", "backslashreplace")
    return Response(body, media_type="application/octet-stream", headers=headers)
