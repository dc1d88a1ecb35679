"""Schedules: when jobs are made without anybody asking."""
