"""What the server is told when it is started: who the App is, its secrets, and where its store lies."""

from __future__ import annotations

from collections.abc import Mapping

from qualitygate.errors import ConfigError, Problem
from qualitygate.server import folder as app_folder
from qualitygate.server.clients import Identity
from qualitygate.values import dataclass

KEY, SECRET = "QUALITYGATE_PRIVATE_KEY", "QUALITYGATE_WEBHOOK_SECRET"
_SHORTEST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that a process of the server must know. ``threads`` is how many deliveries it works on at a time."""

    identity: Identity
    secret: str
    database: str
    threads: int

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no log may show."""
        return (self.secret, self.identity.private_key)


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
    if kept is not None:
        identity = Identity(app_id=kept.id, private_key=kept.private_key, base_url=api_url)
        return Settings(identity=identity, secret=kept.webhook_secret, database=database, threads=threads)
    problems: list[Problem] = []
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


def told(environ: Mapping[str, str], *options: str | None) -> bool:
    """Whether options or environment say anything of who the App is."""
    return any([*options, environ.get(KEY), environ.get(SECRET)])


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
        problems.append(Problem("usage", f"a secret is needed: {option}, {name}_FILE or {name}"))
    return given.strip()
