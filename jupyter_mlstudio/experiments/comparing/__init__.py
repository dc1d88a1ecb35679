"""Tells what differs between runs, and what of it explains the difference."""
