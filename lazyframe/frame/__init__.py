"""The face: objects shaped like pandas' that build plans.

A method builds one node and returns. ``run`` is the whole request: optimize, lower, run.
"""

from lazyframe.frame import array, dataframe, groupby, scalar, series  # noqa: F401 (they register themselves with `wrap`)
