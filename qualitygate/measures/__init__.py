"""Evidence to measurements: one subject a file."""
