"""What all tests share: how hypothesis works here, and a project folder to judge."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, Phase, settings

from qualitygate import registry

settings.register_profile(
    "tests",
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
    max_examples=30,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("tests")

Project = Callable[..., Path]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Writes a policy and any further files into a fresh folder, and gives the folder."""

    def write(policy: str | None = None, /, **files: str | bytes) -> Path:
        named = {name.replace("__", "/"): content for name, content in files.items()}
        if policy is not None:
            named["qualitygate.yml"] = dedent(policy)
        return write_files(tmp_path, named)

    return write


def write_files(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


@pytest.fixture
def empty_registry() -> Iterator[None]:
    """The registry as a new process finds it, before and after."""
    caches = (registry._load, registry._own, registry._own_entry_points, registry._installed)
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()
