"""The face: objects shaped like pandas' that build plans.

A method builds one node and returns. ``run`` is the whole request: optimize, lower, run.
"""
