"""Verdict to text: one format a file."""
