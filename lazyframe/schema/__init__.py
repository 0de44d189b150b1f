"""What a plan promises: the names and dtypes of its columns, and of its index.

=========  ====================================================================
`table`    `Schema`: columns, index, and the labels of columns
`probes`   what an operation does to dtypes, found out by giving it tiny columns
`dtypes`   `DType`: pandas' name, and the Arrow type that carries it
`names`    which column was meant, and how names are written in messages
`replan`   `Replan`: the data contradict what was promised
=========  ====================================================================
"""

from __future__ import annotations

from lazyframe.schema.dtypes import (
    BIG_INTEGERS,
    MIXED,
    OBJECT_BOOL,
    OPEN,
    DType,
    as_dtype,
    category,
    dtype_named,
    dtype_of,
    extension,
    pandas_category,
    spread,
    unsettled,
)
from lazyframe.schema.names import (
    ColumnNotFoundError,
    column_not_found,
    columns_there,
    counted,
    is_place,
    kind_of,
    nearest,
    shown_name,
    with_article,
)
from lazyframe.schema.probes import NoDatesError, Single, TextError, asking, probe, result_dtype
from lazyframe.schema.replan import Replan
from lazyframe.schema.table import (
    PLAIN_LABELS,
    ROW,
    Field,
    Labels,
    Schema,
    column_index,
    joined_labels,
    labels_of,
    labels_over,
    level_count,
    levels_of,
    padded,
)

__all__ = [
    "BIG_INTEGERS",
    "MIXED",
    "OBJECT_BOOL",
    "OPEN",
    "PLAIN_LABELS",
    "ROW",
    "ColumnNotFoundError",
    "DType",
    "Field",
    "Labels",
    "NoDatesError",
    "Replan",
    "Schema",
    "Single",
    "TextError",
    "as_dtype",
    "asking",
    "category",
    "column_index",
    "column_not_found",
    "columns_there",
    "counted",
    "dtype_named",
    "dtype_of",
    "extension",
    "is_place",
    "joined_labels",
    "kind_of",
    "labels_of",
    "labels_over",
    "level_count",
    "levels_of",
    "nearest",
    "padded",
    "pandas_category",
    "probe",
    "result_dtype",
    "shown_name",
    "spread",
    "unsettled",
    "with_article",
]
