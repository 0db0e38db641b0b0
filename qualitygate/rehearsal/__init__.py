"""Policies tried out before they count: on cases that people wrote down, and on what was kept of the past."""
