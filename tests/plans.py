"""Plans over rows in memory, for tests of their nodes."""

from __future__ import annotations

from oracle import sample, source

from lazyframe.expr import Call, Column, Literal, Reduction
from lazyframe.plan import Aggregate, Scan
from lazyframe.schema import dtype_named

SCAN = Scan(source(sample(), (3,)))
MASK = Call("gt", (Column("i"), Literal(1)))
INT, FLOAT, BOOL, STR = map(dtype_named, ("int64", "float64", "bool", "str"))


def mean_by(key: str, **options) -> Aggregate:
    return Aggregate(SCAN, ((key, Column(key)),), (("f", Reduction("mean", Column("f"))),), **options)
