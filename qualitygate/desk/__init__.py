"""Tickets looked after: read from their tracker, labelled by their clocks, escalated."""
