"""Support targets: business calendars, the timelines of tickets, their clocks, and how many were met.

Pure: no clock, no file, no YAML. Everything is a function of events, targets, a calendar and ``now``.
"""
