"""Benchmarks: what qualitygate promises about speed and memory, measured beside its peers."""
