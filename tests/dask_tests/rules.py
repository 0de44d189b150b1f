"""Which part of the library a test of Dask's is about, and which tests are not ours, by what they use.

Whether a test is ours follows from its own text (`Uses`) or its name (`ANSWERED`), never from what became of it: the names,
attributes, keywords and imports of the test, of the functions of its file that it calls, and of its fixtures.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import dask.dataframe

# ---- areas


class Area(NamedTuple):
    """Tests whose file and name match are about an area, of the core or of the rest."""

    name: str
    is_core: bool
    files: str
    tests: str = ""


AREAS = (
    Area("windows", False, r"rolling|cumulative|overlap|resample|merge_asof"),
    Area(
        "windows",
        False,
        r"test_dataframe|test_collection",
        r"rolling|map_overlap|cum(sum|prod|min|max)|shift|ffill|bfill|diff|resample",
    ),
    Area("merge and concat", False, r"test_multi|merge|concat"),
    Area("merge and concat", False, r"test_dataframe|test_collection", r"merge|concat|join|align|combine_first"),
    Area("shuffle", False, r"shuffle"),
    Area("shuffle", False, r"test_dataframe|test_collection", r"set_index|shuffle|sort_values|drop_duplicates"),
    Area("reshape", False, r"reshape|dummies"),
    Area("reshape", False, r"test_dataframe|test_collection", r"pivot|melt|dummies|explode|stack"),
    Area("indexing", False, r"indexing"),
    Area("indexing", False, r"test_dataframe|test_collection", r"loc|getitem|setitem|reset_index|rename_axis|_index"),
    Area("partitions", False, r"repartition|partition|fusion|distributed"),
    Area(
        "partitions",
        False,
        r"test_dataframe|test_collection",
        r"partition|delayed|from_map|divisions|persist|random_split|sample",
    ),
    Area("reading", True, r"test_csv"),
    Area("io", False, r"/io/|datasets|interchange|to_datetime"),
    Area("io", False, r"test_dataframe|test_collection", r"^test_(to_|from_)|json"),
    Area("groups", True, r"groupby"),
    Area("groups", True, r"test_dataframe|test_collection", r"groupby|value_counts"),
    Area("arithmetic and reductions", True, r"arithmetics|reductions|ufunc|describe|quantiles|numeric|boolean"),
    Area("text, dates, categories", True, r"accessors|string_accessor|datetime|categorical|pyarrow"),
    Area("delayed", True, r"test_delayed"),
    Area("selection and attributes", True, r""),
)


def area_of(file: str, test: str) -> Area:
    """The first area whose patterns are found in both."""
    return next(area for area in AREAS if re.search(area.files, file) and re.search(area.tests, test))


# ---- what a test uses

PUBLIC = frozenset(dask.dataframe.__all__) - {"backends", "demo", "dispatch", "get_collection_type"}
"""The names that Dask has for its users, wherever a test imports them from."""


@dataclass
class Uses:
    """What a test's text has in it."""

    names: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    keywords: set[str] = field(default_factory=set)
    imports: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    arguments: set[str] = field(default_factory=set)

    def add(self, other: Uses) -> None:
        for mine, theirs in zip(vars(self).values(), vars(other).values(), strict=True):
            mine |= theirs


class Rule(NamedTuple):
    """Why a test is not ours, and what tells."""

    reason: str
    applies: Callable[[Uses], bool]


_OPEN = {"_compat", "_util", "_compatibility", "_testing", "_backend_library", "_pandas_compat", "_collection"}
_INSIDE_TEXT = """
dispatch backends methods core multi shuffle hashing partitionquantiles local base optimization tokenize highlevelgraph blockwise
layers indexing extensions multiprocessing hyperloglog csv parquet sql NUMERIC_ONLY_NOT_IMPLEMENTED
"""
_INSIDE = frozenset(_INSIDE_TEXT.split())
_COMMON = {"assert_eq", "get_string_dtype", "pyarrow_strings_enabled", "compute", "is_scalar"}
_GRAPH_TEXT = """
dask expr simplify optimize lower_once lower_completely fuse find_operations walk operand operands analyze pprint explain
dask_graph tree_repr to_graphviz visualize key layers dependencies __dask_graph__ __dask_keys__ __dask_layers__ __dask_tokenize__
__dask_postcompute__ __dask_postpersist__ __dask_optimize__ get_annotations enforce_runtime_divisions
"""
_GRAPH = frozenset(_GRAPH_TEXT.split())
_MAKES = re.compile(r"dask$|dask\.dataframe$|dask\.delayed|dask\.dataframe\.(?!.*(assert_eq|_compat|_util))")
_SHOWN = re.compile(r"Expr=|^Dask (Series|DataFrame|Index) Structure|<class 'dask\.")
_FORMATS = re.compile(r"(read|to)_(hdf|orc|sql.*)|read_(parquet|json)")
_DIVISIONS = {
    *("divisions", "known_divisions", "clear_divisions", "compute_current_divisions", "get_nearest_divisions"),
    *("assert_divisions", "unique_partition_mapping_columns_from_shuffle"),
}


def _is_private(attribute: str) -> bool:
    return attribute.startswith("_") and not attribute.endswith("__") and attribute not in _OPEN


RULES = (
    Rule("makes no dataframe of Dask's", lambda uses: not any(map(_MAKES.match, uses.imports))),
    Rule(
        "is about Dask's graphs and expressions",
        lambda uses: (
            bool((uses.attributes & _GRAPH) or uses.keywords & {"fuse", "optimize_graph"})
            or any(map(_is_private, uses.attributes))
        ),
    ),
    Rule(
        "is about divisions",
        lambda uses: bool((uses.attributes | uses.keywords | uses.names) & _DIVISIONS or uses.keywords & {"force"}),
    ),
    Rule(
        "is about a function of Dask's inside",
        lambda uses: any(map(_is_inside, uses.imports)),
    ),
    Rule(
        "reads or writes a format that is not ours",
        lambda uses: any(map(_FORMATS.fullmatch, uses.attributes | uses.names)),
    ),
    Rule("needs a cluster", lambda uses: bool({"gen_cluster", "Client", "LocalCluster"} & uses.names)),
    Rule(
        "is about Dask's arrays and bags",
        lambda uses: (
            any(re.match(r"dask\.(array|bag)", one) for one in uses.imports)
            or bool(uses.attributes & {"to_dask_array", "from_dask_array", "to_bag", "Array", "Bag", "rechunk"})
        ),
    ),
    Rule(
        "is about data that Dask makes up",
        lambda uses: any(re.search(r"demo|datasets|timeseries", one) for one in uses.imports) or "demo" in uses.attributes,
    ),
    Rule(
        "is about other libraries in the place of pandas (cuDF)",
        lambda uses: bool((uses.attributes | uses.names) & {"cudf", "to_backend", "from_cudf", "gpu", "xfail_gpu"}),
    ),
    Rule(
        "is about categories that are not known",
        lambda uses: bool(uses.attributes & {"known", "as_known", "as_unknown"} or "UNKNOWN_CATEGORIES" in uses.names),
    ),
    Rule("is about an approximation", lambda uses: bool(uses.attributes & {"nunique_approx", "median_approximate"})),
    Rule(
        "expects the text by which Dask shows an object",
        lambda uses: any(map(_SHOWN.search, uses.texts)),
    ),
    Rule("is about Dask's setting of how text is kept", lambda uses: "dataframe.convert-string" in uses.texts),
)


ANSWERED = {
    "test_csv.py::test_error_if_sample_is_too_small": "that a header is beyond the sample; here it is read further",
    "test_csv.py::test_read_csv_skiprows_only_in_first_partition": "rows skipped beyond the first partition",
    "test_csv.py::test_late_dtypes": "that a dtype was guessed wrongly; here the guess is corrected",
    "test_dataframe.py::test_ffill": "that a partition has missing values alone",
    "test_dataframe.py::test_bfill": "that a partition has missing values alone",
    "test_collection.py::test_ffill_bfill_all_nan_partition": "that a partition has missing values alone",
    "test_collection.py::test_head_npartitions": "more partitions than there are, a hint here",
    "test_dataframe.py::test_head_npartitions": "more partitions than there are, a hint here",
    "test_groupby.py::test_groupby_iter_fails": "that groups are not iterated over; pandas does it",
    "test_groupby.py::test_groupby_not_supported": "arguments of `groupby` that pandas takes, as as_index=",
    "test_groupby.py::test_groupby_set_index": "as_index=False by an array, which pandas takes",
    "test_groupby.py::test_shuffle_aggregate_defaults": "a number of steps of an aggregate, which is a hint here",
    "test_multi.py::test_merge_how_raises": "a cross join, which pandas has",
    "test_indexing.py::test_iloc_series": "`iloc` of a column, which pandas has",
    "test_dataframe.py::test_rename_index": "labels of the index renamed, which pandas does",
    "test_dataframe.py::test_rename_series_method": "`rename()` without a name, which pandas takes",
    "test_dataframe.py::test_copy": "a deep copy, which pandas makes",
    "test_collection.py::test_value_counts": "`value_counts` of a frame, which pandas has",
    "test_reductions.py::test_unimplemented_on_index": "methods of an index that pandas has",
    "test_numeric.py::test_to_numeric_raises": "`meta=` beside a column, which is a hint here",
    "test_groupby.py::test_groupby_nunique": "`nunique` of the groups of a frame, which pandas has",
    "test_groupby.py::test_groupby_unaligned_index": "keys of other rows, which pandas matches by their labels",
    "test_csv.py::test_index_col": "`index_col=`, which pandas has",
    "test_csv.py::test_csv_parse_fail": "line breaks inside of quotes at the end of a block",
    "test_dataframe.py::test_mask_where_array_like": "a list of lists as a mask, which pandas takes",
    "test_arithmetics_reduction.py::test_frame_series_arithmetic_methods": "axis=1 beside a frame, which pandas takes",
    "test_delayed.py::test_delayed_with_dataclass_with_custom_init": "dataclasses with an __init__ of their own",
    "test_delayed.py::test_delayed_with_dataclass_with_set_init_false_field": "dataclasses whose fields are set later",
}
"""Tests that expect a refusal of Dask's where the line has an answer in pandas, and here: what is refused there.

Partitions show in no answer here, and Dask's hints are taken.
"""


def _is_inside(name: str) -> bool:
    """Whether something imported of Dask is none of what its users import."""
    parts = name.split(".")[1:]
    if not name.startswith("dask") or not parts or parts[-1] in _COMMON | PUBLIC:
        return False
    return name.startswith("dask.dataframe.utils.") or any(
        (part.startswith("_") and part not in _OPEN) or part in _INSIDE for part in parts
    )


def not_ours(file: Path, test: str) -> str | None:
    """Why a test is not ours; None if it is."""
    if (refused := ANSWERED.get(f"{file.name}::{test}")) is not None:
        return f"expects that Dask refuses {refused}"
    found = _closure(file, test)
    return next((rule.reason for rule in RULES if rule.applies(found)), None)


def without_ours(files: list[Path]) -> dict[Path, list[tuple[str, str]]]:
    """The files in which no test is ours, with the names of their tests and why; these need not be imported."""
    found = {}
    for file in files:
        tests = [(name, not_ours(file, name)) for name in _functions(file) if name.startswith("test")]
        reasons = [(f"{file.name}::{name}", why) for name, why in tests if why is not None]
        if len(reasons) == len(tests):
            found[file] = reasons
    return found


@functools.cache
def _closure(file: Path, name: str) -> Uses:
    direct, found, seen = _functions(file), Uses(), set[str]()
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one in seen or one not in direct:
            continue
        seen.add(one)
        found.add(direct[one])
        waiting.extend(direct[one].names)
        waiting.extend(direct[one].arguments & _fixtures(file))
    return found


@functools.cache
def _fixtures(file: Path) -> set[str]:
    tree = ast.parse(file.read_text("utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return {node.name for node in functions if any("fixture" in ast.unparse(one) for one in node.decorator_list)}


@functools.cache
def _functions(file: Path) -> dict[str, Uses]:
    """What each function of a file uses, and each name that is given a value there."""
    tree = ast.parse(file.read_text("utf-8"))
    imported = dict(_imported(tree.body))
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found[node.name] = _uses(node, imported)
    for node in tree.body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found[target.id] = replace(_uses(node.value, imported), keywords=set())  # data, however these were made
    return found


def _uses(node: ast.AST, imported: dict[str, str]) -> Uses:
    uses, local = Uses(), dict(imported)
    for one in ast.walk(node):
        local.update(_imported([one]))
    uses.arguments = {one.arg for one in ast.walk(node) if isinstance(one, ast.arg)}
    own = uses.arguments | {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and one.id not in own:
            uses.names.add(one.id)
            if one.id in local:
                uses.imports.add(local[one.id])
        elif isinstance(one, ast.Attribute):
            uses.attributes.add(one.attr)
        elif isinstance(one, ast.keyword) and one.arg:
            uses.keywords.add(one.arg)
        elif isinstance(one, ast.Constant) and isinstance(one.value, str):
            uses.texts.add(one.value)
    return uses


def _imported(nodes: list[ast.AST] | list[ast.stmt]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.asname or alias.name.partition(".")[0], alias.name if alias.asname else alias.name.partition(".")[0]
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Assign) and isinstance(call := node.value, ast.Call):
            (target, module) = node.targets[0], call.args[0] if call.args else None
            if "importorskip" in ast.unparse(call.func) and isinstance(target, ast.Name) and isinstance(module, ast.Constant):
                yield target.id, str(module.value)
