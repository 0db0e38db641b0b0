"""Bytes to evidence: one format a file."""
