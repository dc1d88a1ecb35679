"""Endpoints: a model behind HTTP in a process of its own, which outlives the Jupyter server."""
