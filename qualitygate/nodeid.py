"""What a pytest node id names."""

from __future__ import annotations


def names(nodeid: str) -> tuple[str, str]:
    """Class and name as pytest's own JUnit report has them, so that a test is the same one in every format.

    ``tests/test_a.py::TestB::test_c[x]`` is ``test_c[x]`` of ``tests.test_a.TestB``. A file alone has no name.
    https://docs.pytest.org/en/stable/how-to/usage.html#nodeids
    """
    address, bracket, parameters = nodeid.partition("[")
    path, *parts = address.split("::")
    module = path.removesuffix(".py").replace("/", ".")
    return (".".join([module, *parts[:-1]]), parts[-1] + bracket + parameters) if parts else (module, "")
