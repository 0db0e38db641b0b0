"""Mutation testing as evidence for qualitygate: reports of PIT, Stryker and mutmut, and what the tests caught."""
