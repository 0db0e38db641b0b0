"""What the server is told when it is started: who the App is, its secrets, and where its store lies."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_network
from urllib.parse import urlsplit

from qualitygate.errors import ConfigError, Problem
from qualitygate.github.client import PUBLIC
from qualitygate.github.oauth import OAuthClient
from qualitygate.server import folder as app_folder
from qualitygate.server.clients import Identity
from qualitygate.values import dataclass

KEY, SECRET = "QUALITYGATE_PRIVATE_KEY", "QUALITYGATE_WEBHOOK_SECRET"
OAUTH = "QUALITYGATE_CLIENT_SECRET"
_SHORTEST = 8
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """What pages for people need: the App that they sign in to, and where they reach this server."""

    client: OAuthClient
    public_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that a process of the server must know. ``threads`` is how many deliveries it works on at a time.

    Without a ``dashboard`` it has no pages; ``public_url`` is where those of other processes are. ``proxies`` are the
    addresses whose word counts for where a request comes from.
    """

    identity: Identity
    secret: str
    database: str
    threads: int
    dashboard: Dashboard | None = None
    public_url: str = ""
    proxies: str = ""

    @property
    def pages(self) -> str:
        """The address of the dashboard, here or elsewhere; empty where there is none."""
        return self.dashboard.public_url if self.dashboard else self.public_url

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no log may show."""
        return (self.secret, self.identity.private_key, self.dashboard.client.secret if self.dashboard else "")


def settings(
    environ: Mapping[str, str],
    *,
    app_id: str | None,
    key_file: str | None,
    secret_file: str | None,
    database: str,
    threads: int,
    api_url: str,
    listens: bool,
    folder: str = app_folder.FOLDER,
) -> Settings:
    """The settings, from options and environment. What only listens for webhooks needs is not asked of a worker.

    Where none of them says anything of the App, it is the one whose files lie in its ``folder``.
    Raises :class:`~qualitygate.errors.ConfigError` with every problem.
    """
    kept = None if told(environ, app_id, key_file, secret_file) else app_folder.known(folder)
    problems: list[Problem] = []
    if not _is_address(api_url):
        problems.append(Problem("usage", f"--api-url: {api_url} is not like {PUBLIC}"))
    if kept is not None and not problems:
        identity = Identity(app_id=kept.id, private_key=kept.private_key, base_url=api_url)
        return Settings(identity=identity, secret=kept.webhook_secret, database=database, threads=threads)
    if kept is not None:
        raise ConfigError(problems)
    if not app_id:
        why = "the App's id is needed: --app-id, or QUALITYGATE_APP_ID"
        problems.append(Problem("usage", why, help="or register an App: qualitygate serve --setup"))
    key = _secret(environ, KEY, "--private-key-file", key_file, problems)
    if key and "-----BEGIN" not in key:
        problems.append(Problem("usage", "the private key is no PEM text: GitHub gives it as a file .pem"))
    secret = _secret(environ, SECRET, "--webhook-secret-file", secret_file, problems) if listens else ""
    if secret and len(secret) < _SHORTEST:
        problems.append(Problem("usage", f"the webhook secret is shorter than {_SHORTEST} characters"))
    if problems:
        raise ConfigError(problems)
    identity = Identity(app_id=app_id or "", private_key=key, base_url=api_url)
    return Settings(identity=identity, secret=secret, database=database, threads=threads)


def proxies(given: str) -> str:
    """The proxies whose word counts: addresses, networks, or ``*``. Raises :class:`~qualitygate.errors.ConfigError`."""
    for each in given.split(","):
        try:
            ip_network(each.strip(), strict=False)
        except ValueError as error:
            if each.strip() not in {"", "*"}:
                why = f"--trusted-proxies: {each.strip()} is no address and no network, like 127.0.0.1 or 10.0.0.0/8"
                raise ConfigError([Problem("usage", why)]) from error
    return given


def _is_address(given: str) -> bool:
    address = urlsplit(given)
    return address.scheme in {"http", "https"} and bool(address.hostname)


def told(environ: Mapping[str, str], *options: str | None) -> bool:
    """Whether options or environment say anything of who the App is."""
    return any([*options, environ.get(KEY), environ.get(SECRET)])


def dashboard(
    environ: Mapping[str, str],
    *,
    client_id: str | None,
    secret_file: str | None,
    public_url: str | None,
    api_url: str,
    folder: str | None = None,
) -> Dashboard | None:
    """The settings of the dashboard; ``None`` where nothing is said of it, so that there is none.

    Where no client is named, it is that of the App whose files lie in the ``folder``, at the address that was said when
    it was registered. Raises :class:`~qualitygate.errors.ConfigError` with every problem.
    """
    kept = app_folder.known(folder) if folder and not any((client_id, secret_file, environ.get(OAUTH))) else None
    if kept is None and not any((client_id, secret_file, environ.get(OAUTH), public_url)):
        return None
    problems: list[Problem] = []
    secret = ""
    if kept is not None:
        client_id, secret, public_url = kept.client_id, kept.client_secret, public_url or kept.address
    if not client_id:
        why = "the dashboard needs the client id of the App: --client-id, or QUALITYGATE_CLIENT_ID"
        problems.append(Problem("usage", why))
    if kept is None:
        secret = _secret(environ, OAUTH, "--client-secret-file", secret_file, problems)
    if not public_url:
        why = "the dashboard needs the address that people reach it at: --public-url, or QUALITYGATE_PUBLIC_URL"
        problems.append(Problem("usage", why))
    address = _address(public_url or "", problems)
    if problems:
        raise ConfigError(problems)
    client = OAuthClient(id=client_id or "", secret=secret, api=api_url)
    return Dashboard(client=client, public_url=address)


def elsewhere(public_url: str | None) -> str:
    """Where other processes have the dashboard. Raises :class:`~qualitygate.errors.ConfigError`."""
    problems: list[Problem] = []
    address = _address(public_url or "", problems)
    if problems:
        raise ConfigError(problems)
    return address


def _address(given: str, problems: list[Problem]) -> str:
    """The address of a dashboard, without a slash at its end; empty where none is given, or one that is wrong."""
    address = urlsplit(given)
    if not given:
        return ""
    if address.scheme not in {"http", "https"} or not address.hostname or address.path.strip("/") or address.query:
        problems.append(Problem("usage", f"--public-url: {given} is not like https://quality.example"))
    elif address.scheme == "http" and address.hostname not in _LOOPBACK:
        why = f"--public-url: {given} is without TLS, so that whoever listens could act for who signs in"
        problems.append(Problem("usage", why, help="put a proxy that speaks TLS before it, and write https://"))
    else:
        return f"{address.scheme}://{address.netloc}"
    return ""


def _secret(environ: Mapping[str, str], name: str, option: str, path: str | None, problems: list[Problem]) -> str:
    """A secret from a file or the environment: as an option, every user of the machine would see it."""
    given = environ.get(name, "")
    if given and path:
        problems.append(Problem("usage", f"{option} and {name} are both given", help="give one of them"))
    elif path:
        try:
            with open(path, encoding="utf-8") as file:
                given = file.read()
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no text"
            problems.append(Problem("usage", f"{option}: {path} cannot be read: {why}"))
            return ""
    if not given.strip():
        what = option.removeprefix("--").removesuffix("-file").replace("-", " ")
        problems.append(Problem("usage", f"the {what} is needed: {option}, {name}_FILE or {name}"))
    return given.strip()
