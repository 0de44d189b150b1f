"""Columns, and what is made of them.

============  ======================================================================
`nodes`       column-valued nodes: a column, a literal, the value of a plan, a call
`operations`  the operations a call may name: pandas' own function for each
`refusals`    what pandas has and could not be equal to it at every block size
`reductions`  what turns a column into one value a group, or looks at other rows
============  ======================================================================
"""

from __future__ import annotations

from lazyframe.expr.nodes import (
    Applied,
    Call,
    Checked,
    Column,
    Expr,
    Literal,
    Subquery,
    Table,
    can_fail,
    checked,
    parentheses,
    texts_among,
)
from lazyframe.expr.operations import (
    DT_FIELDS,
    DT_METHODS,
    INFIX,
    LOGICAL,
    METHODS,
    OPERATIONS,
    PREFIX,
    STR_METHODS,
    UFUNCS,
    Keywords,
)
from lazyframe.expr.reductions import ONLY_GROUPED, REDUCTIONS, Reduction, WindowCall, counts_as, gathers, is_of_a_column

__all__ = [
    "DT_FIELDS",
    "DT_METHODS",
    "INFIX",
    "LOGICAL",
    "METHODS",
    "ONLY_GROUPED",
    "OPERATIONS",
    "PREFIX",
    "REDUCTIONS",
    "STR_METHODS",
    "UFUNCS",
    "Applied",
    "Call",
    "Checked",
    "Column",
    "Expr",
    "Keywords",
    "Literal",
    "Reduction",
    "Subquery",
    "Table",
    "WindowCall",
    "can_fail",
    "checked",
    "counts_as",
    "gathers",
    "is_of_a_column",
    "parentheses",
    "texts_among",
]
