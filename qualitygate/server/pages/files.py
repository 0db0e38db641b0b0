"""What people take along: a file that is saved and never shown in place of a page of ours."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

from starlette.responses import Response

_SAFE = {"Content-Security-Policy": "default-src 'none'; sandbox"}


def download(text: str, name: str) -> Response:
    """A text as a file of this name, with its digest. A browser that shows it all the same runs nothing of it.

    https://www.rfc-editor.org/rfc/rfc9530
    """
    harmless = re.sub(r"[^\w.-]", "-", name, flags=re.ASCII)
    body = text.encode("utf-8", "backslashreplace")
    headers = {
        **_SAFE,
        "Content-Disposition": f'attachment; filename="{harmless}"',
        "Repr-Digest": f"sha-256=:{b64encode(sha256(body).digest()).decode()}:",
    }
    return Response(body, media_type="application/octet-stream", headers=headers)
