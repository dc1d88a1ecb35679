"""Batch transform: a whole table through a model, to a file."""
