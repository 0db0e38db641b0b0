"""The JSON API: what machines may read of the memory of verdicts, under ``/api/v1``."""
