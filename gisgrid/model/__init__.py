"""Frozen values and the vocabulary of the field. Knows nothing of files, databases or the web."""
