"""The evidence pack: a verdict with all it was measured from, in one file that anybody can check again."""
