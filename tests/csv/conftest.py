"""A small driver for tests of reading: every partition, every extent joined, restarts after contradictions."""

from __future__ import annotations

import io
import re
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from lazyframe.csv import CSVSource
from lazyframe.kernels.columns import from_arrow, to_series
from lazyframe.native import library
from lazyframe.schema import OBJECT_BOOL, ROW, DType, Replan, probe

HERE = Path(__file__).parent

_EXACT_FLOATS: dict[str, Any] = {"float_precision": "round_trip"} if pd.__version__.startswith("3.0.") else {}


class Driver:
    """Reads whole inputs as a query would, and as pandas does."""

    def __init__(self) -> None:
        self.source: CSVSource | None = None
        self.restarts = 0

    def read(self, urlpath: Any, columns: tuple[str, ...] | None = None, predicate: Any = None, **arguments: Any) -> pd.DataFrame:
        return self.run(CSVSource.open(urlpath, **arguments), columns, predicate)

    def run(self, source: CSVSource, columns: tuple[str, ...] | None = None, predicate: Any = None) -> pd.DataFrame:
        """The frame of all partitions, its index made from the hidden row numbers."""
        self.restarts = 0
        while True:
            try:
                return self._once(source, columns, predicate)
            except Replan as replan:
                found = replan
            assert found.token == source.token
            before, source = source, source.replanned(found.finding)
            assert source.token != before.token
            assert before.latest() is source
            self.restarts += 1
            assert self.restarts < 50

    def _once(self, source: CSVSource, columns: tuple[str, ...] | None, predicate: Any) -> pd.DataFrame:
        self.source = source
        names = columns or tuple(str(name) for name in source.schema.names)
        base, batches, extent = 0, [], None
        for partition in source.partitions:
            reader = source.read(partition, (*names, ROW), predicate)
            for batch in reader:
                assert batch.schema.names == [*names, ROW]
                rows = pa.array(batch.column(len(names)).to_numpy() + base)
                batches.append(batch.set_column(len(names), ROW, rows))
            base += reader.records
            extent = reader.extent if extent is None else extent.join(reader.extent)
        assert extent is not None
        assert extent.begin == (0, 0)
        if source.spec.nrows is None:
            assert extent.end == (len(source.files), 0)
        frame = to_pandas(source, batches, names, None if predicate else base)
        if columns is None and source.index is not None:
            frame = frame.set_index(list(source.index.columns))
            frame.index.names = source.index.titles
        return frame


def to_pandas(source: CSVSource, batches: list[pa.RecordBatch], names: tuple[str, ...], count: int | None) -> pd.DataFrame:
    data = {}
    labels = {str(name): name for name in source.schema.names}
    for name in names:
        dtype = source.spec.column(name).dtype
        if dtype.kind in "CE":
            data[labels[name]] = extensions([batch.column(batch.schema.names.index(name)) for batch in batches], dtype)
            continue
        arrays = []
        for batch in batches:
            column = batch.column(batch.schema.names.index(name))
            if pa.types.is_dictionary(column.type):
                assert column.type == pa.dictionary(pa.int32(), dtype.arrow)
                column = column.dictionary_decode()
            assert column.type == dtype.arrow, (name, column.type, dtype)
            if dtype.kind in "iufb" and dtype != OBJECT_BOOL:
                assert column.null_count == 0
            arrays.append(column)
        if dtype.kind in "iuf":
            parts = [a.to_numpy() for a in arrays]
            data[labels[name]] = pd.Series(np.concatenate(parts) if parts else [], dtype=dtype.name)
        elif dtype.kind == "M":
            parts = [a.to_numpy(zero_copy_only=False) for a in arrays]
            data[labels[name]] = pd.Series(np.concatenate(parts) if parts else [], dtype=dtype.name)
        elif dtype.kind == "Z":
            data[labels[name]] = pd.Series(np.concatenate([from_arrow(a, dtype) for a in arrays]), dtype=object)
        else:
            values = [np.nan if v is None else v for a in arrays for v in a.to_pylist()]
            data[labels[name]] = pd.Series(values, dtype=dtype.name)
    rows = np.concatenate([b.column(b.num_columns - 1).to_numpy() for b in batches]) if batches else np.arange(0)
    frame = pd.DataFrame(data, columns=[labels[n] for n in names])
    if count is not None:
        assert list(rows) == list(range(count))
    else:
        frame.index = rows
    return frame


def extensions(arrays: list[pa.Array], dtype: DType) -> pd.Series:
    """A column of an extension dtype."""
    assert {array.type for array in arrays} <= {dtype.arrow}
    pieces = [to_series(from_arrow(array, dtype)) for array in arrays] or [probe(dtype).iloc[:0]]
    return pd.concat(pieces, ignore_index=True)


@pytest.fixture
def driver() -> Driver:
    return Driver()


OTHERS = ("arrow", "pandas")
"""The engines beside the core."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of a test with many cases each is tried by the core and by one of the other engines, in turn; by the third it is slow."""
    cases: dict[Any, dict[Any, dict[str, pytest.Item]]] = defaultdict(lambda: defaultdict(dict))
    for item in items:
        if item.path.is_relative_to(HERE) and isinstance(item, pytest.Function) and hasattr(item, "callspec"):
            engine = item.callspec.params.get("engine")
            if engine in OTHERS and len(item.callspec.params) > 1:
                case = re.sub(rf"(^|-){engine}(-|$)", "-", item.callspec.id)
                cases[item.path, item.originalname][case][engine] = item
    for of_one in cases.values() if library.is_available() else ():
        for place, both in enumerate(case for case in of_one.values() if len(case) == len(OTHERS)):
            both[OTHERS[(place + place // 2) % 2]].add_marker(pytest.mark.slow)  # no function of whether a place is even


@pytest.fixture(params=["native", *OTHERS])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Each test that asks for it runs on every engine; see `pytest_collection_modifyitems`."""
    if request.param == "native" and not library.is_available():
        pytest.skip("the native engine was not built")
    monkeypatch.setenv("LAZYFRAME_ENGINE", request.param)
    library.engine.cache_clear()
    yield request.param
    library.engine.cache_clear()


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    """Write a file into the test's folder; its path."""

    def write(text: str | bytes, name: str = "a.csv") -> str:
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return str(path)

    return write


def oracle(text: str | bytes, **arguments: Any) -> pd.DataFrame:
    """What pandas makes of the whole input; floats rounded correctly, as ours are."""
    data = text.encode() if isinstance(text, str) else text
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pd.read_csv(io.BytesIO(data), **{"low_memory": False, **_EXACT_FLOATS, **arguments})


@pytest.fixture(name="oracle")
def oracle_fixture() -> Callable[..., pd.DataFrame]:
    return oracle
