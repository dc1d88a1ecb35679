"""Runs notebooks in the background, each in a process of its own, and remembers how they went."""
