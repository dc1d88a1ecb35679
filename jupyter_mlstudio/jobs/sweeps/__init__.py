"""Sweeps: many jobs from one notebook, and which of them was best."""
