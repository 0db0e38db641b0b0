"""Apps from manifests: the page where a person says yes, and the code that the App's secrets are given for, once.

https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
"""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PublicFormat
from cryptography.hazmat.primitives.serialization import PrivateFormat as Form
from werkzeug.wrappers import Request as Arrived
from werkzeug.wrappers import Response

from tests.github.double.account import app_shape
from tests.github.double.exchange import Answer, Refused, Request
from tests.github.double.operation import does

if TYPE_CHECKING:
    from tests.github.double.world import World

NEW = "/settings/apps/new"
KNOWN = {
    *("name", "url", "hook_attributes", "redirect_url", "callback_urls", "setup_url", "description", "public"),
    *("default_events", "default_permissions", "request_oauth_on_install", "setup_on_update"),
}
ASKS = {
    "check_run": {"checks"},
    "check_suite": {"checks"},
    "create": {"contents"},
    "deployment_protection_rule": {"deployments"},
    "deployment_review": {"deployments"},
    "issue_comment": {"issues", "pull_requests"},
    "issues": {"issues"},
    "label": {"issues", "pull_requests"},
    "member": {"members"},
    "membership": {"members"},
    "merge_group": {"merge_queues"},
    "milestone": {"issues", "pull_requests"},
    "organization": {"members"},
    "pull_request": {"pull_requests"},
    "push": {"contents"},
    "release": {"contents"},
    "repository": {"metadata"},
    "team": {"members"},
    "workflow_run": {"actions"},
}
"""Which permission, any of these, an App must ask for before it may ask for an event."""


def registering(world: World, arrived: Arrived) -> Response | None:
    """The answer of the site to who registers an App; none to anything else."""
    if arrived.method != "POST" or not arrived.path.endswith(NEW):
        return None
    if "manifest" in arrived.form:
        return _asked(arrived)
    return _agreed(world, arrived)


def _asked(arrived: Arrived) -> Response:
    """The page that asks the person, who may still change the name."""
    wanted = json.loads(arrived.form["manifest"])
    if wrong := problems(wanted):
        return Response("\n".join(wrong), 422)
    name, kept = escape(wanted["name"]), escape(json.dumps(wanted))
    fields = f'<input name="name" value="{name}"><input type="hidden" name="kept" value="{kept}">'
    form = f'<form method="post">{fields}<button>Create GitHub App</button></form>'
    page = f'<!doctype html><title>Create GitHub App</title><link rel="icon" href="data:,">{form}'
    return Response(page, 200, content_type="text/html; charset=utf-8")


def _agreed(world: World, arrived: Arrived) -> Response:
    wanted = {**json.loads(arrived.form["kept"]), "name": arrived.form["name"]}
    organisation = arrived.path.removesuffix(NEW).rpartition("/")[2]
    code = f"{world.new_id():040x}"
    world.manifests[code] = {**wanted, "owner": organisation or "octocat"}
    told = urlencode({"code": code, "state": arrived.args.get("state", "")})
    return Response("", 302, {"Location": f"{wanted['redirect_url']}?{told}"})


def problems(wanted: dict[str, Any]) -> list[str]:
    """What GitHub would not take."""
    found = [f"{name} is not known" for name in {*wanted} - KNOWN]
    addresses = [wanted.get("url"), wanted.get("hook_attributes", {}).get("url"), wanted.get("redirect_url")]
    for each in (*addresses, *wanted.get("callback_urls", ())):
        if not each or urlsplit(each).scheme not in {"http", "https"}:
            found.append(f"{each!r} is no address")
    granted = wanted.get("default_permissions", {})
    for event in wanted.get("default_events", ()):
        if event not in ASKS:
            found.append(f"Default events unsupported: {event}")
        elif not ASKS[event] & {*granted}:
            found.append(f"Default events are not supported by permissions: {event}")
    return found


@does("POST /app-manifests/{code}/conversions")
def convert(world: World, request: Request) -> Answer:
    """The App, with what GitHub says only once."""
    wanted = world.manifests.pop(request.arguments["code"], None)
    if wanted is None:
        raise Refused(404, "Not Found")
    key = generate_private_key(public_exponent=65537, key_size=2048)
    app = world.app(wanted["name"].lower().replace(" ", "-"))
    app.key = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    app.owner = world.account(wanted["owner"])
    app.secret, app.client_secret = f"{world.new_id():040x}", f"{world.new_id():040x}"
    app.hook, app.permissions = wanted["hook_attributes"]["url"], wanted["default_permissions"]
    app.events, app.home, app.callbacks = wanted["default_events"], wanted["url"], wanted["callback_urls"]
    secrets = {
        "client_id": f"Iv1.{app.id}",
        "client_secret": app.client_secret,
        "webhook_secret": app.secret,
        "pem": key.private_bytes(Encoding.PEM, Form.TraditionalOpenSSL, NoEncryption()).decode(),
    }
    return Answer(status=201, body={**app_shape(app, request.api), **secrets})
