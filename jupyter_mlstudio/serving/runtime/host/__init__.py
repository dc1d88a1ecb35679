"""The host: one process for all endpoints of a project. It owns their ports and starts whoever answers there.

It holds no model and reads no request; it imports the standard library alone.
"""
