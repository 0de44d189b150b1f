"""Frame-valued nodes: what the user wrote, and nothing about how it is computed.

    node        Plan: what every node states of itself
    source      where rows come from: Scan, Unit, Known
    rowwise     rows one by one: Filter, Project, SetIndex, LevelColumns
    subset      some of the rows: Head, Share, TopK, Distinct, Ends, GroupRows
    order       the rows in another order: Sort, SortIndex, FirstSorted
    reduce      one row a group: Aggregate; Validate, which keeps none
    combine     rows of two plans put together: Join
    window      columns that look along the rows: Window
    reshape     ResetIndex, Transpose
    pandascall  what only a method of pandas can tell: PandasCall, of all the rows; GroupCall, of groups

A node states its schema (and so is checked on the line where it is built), how its rows are numbered, which columns it needs
of each of its inputs, and whether a filter may pass it. Whoever asks, the optimiser first of all, knows no list of nodes.
Rows come from a `lazyframe.sources.Source`; no module above this line knows what one is made of.
"""

from lazyframe.plan.combine import Join, Output
from lazyframe.plan.node import Numbering, Plan, Selection, explained
from lazyframe.plan.order import FirstSorted, Sort, SortIndex
from lazyframe.plan.pandascall import OBJECT, GroupCall, PandasCall, gathered
from lazyframe.plan.reduce import Aggregate, Validate
from lazyframe.plan.reshape import ResetIndex, Transpose, common_dtype
from lazyframe.plan.rowwise import Filter, LevelColumns, Project, Rowwise, SetIndex, project
from lazyframe.plan.source import Known, Scan, Unit, base_scan, scans, size_of, with_sources
from lazyframe.plan.subset import Distinct, Ends, GroupRows, Head, Share, Subset, TopK
from lazyframe.plan.window import Window

__all__ = [
    "OBJECT",
    "Aggregate",
    "Distinct",
    "Ends",
    "Filter",
    "FirstSorted",
    "GroupCall",
    "GroupRows",
    "Head",
    "Join",
    "Known",
    "LevelColumns",
    "Numbering",
    "Output",
    "PandasCall",
    "Plan",
    "Project",
    "ResetIndex",
    "Rowwise",
    "Scan",
    "Selection",
    "SetIndex",
    "Share",
    "Sort",
    "SortIndex",
    "Subset",
    "TopK",
    "Transpose",
    "Unit",
    "Validate",
    "Window",
    "base_scan",
    "common_dtype",
    "explained",
    "gathered",
    "project",
    "scans",
    "size_of",
    "with_sources",
]
