"""What runs behind an endpoint: a small host that owns the port, and the worker that holds the model.

It can be read by itself: the library starts it and talks to it through files, signals and HTTP alone.
"""
