"""Compiled prediction: a model translated into plain arithmetic over arrays that lie on disk, and proved equal to it.

`compile` and `prove` run once, when a model is deployed, in a process of their own; what they write, `opened` maps into
a worker, which then needs neither scikit-learn nor pandas nor the model itself.
"""
