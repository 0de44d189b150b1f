"""The data, made once: flights, weather stations, and the table of the db-benchmark.

Each dataset is a folder whose name carries its size. It is made beside its place and renamed, so a folder that is there
is complete. The random numbers have a fixed seed: the same size is the same data.
"""

from __future__ import annotations

import glob
import gzip
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv

from benchmarks import ROOT

CHUNK = 1_000_000
"""Rows that are made at one time."""

SEED = 20130101


@dataclass(frozen=True)
class Scale:
    """How large the data is: copies of the flights (25 MB each), those in one gz file, rows of the stations and of the
    db-benchmark's table.
    """

    flights: int
    zipped: int
    stations: int
    groupby: int

    def folder(self, dataset: str) -> str:
        """The name of the folder of a dataset of this size."""
        return f"{dataset}-{getattr(self, dataset)}"


SCALES = {
    "full": Scale(flights=36, zipped=12, stations=50_000_000, groupby=10_000_000),
    "small": Scale(flights=4, zipped=2, stations=5_000_000, groupby=1_000_000),
    "quick": Scale(flights=1, zipped=1, stations=200_000, groupby=100_000),
}

STATIONS = 413
"""As many as the "one billion row challenge" has."""

SYLLABLES = ("ba", "ro", "mé", "lin", "dor", "ke", "sta", "ün", "vo", "ri", "pas", "tó", "ha", "gar", "sel", "ny", "wick", "ål")


def station_names(count: int) -> list[str]:
    """`count` made-up names of 3 to 26 bytes, some of them of two words, some not plain ASCII."""
    random = np.random.default_rng(SEED)
    names: dict[str, None] = {}
    while len(names) < count:
        syllables = random.choice(SYLLABLES, random.integers(2, 7))
        split = len(syllables) // 2 if random.random() < 0.2 else 0
        words = ("".join(syllables[:split]), "".join(syllables[split:]))
        name = " ".join(word.capitalize() for word in words if word)
        if 3 <= len(name.encode()) <= 26:
            names[name] = None
    return list(names)


def station_chunks(rows: int) -> Iterator[pa.RecordBatch]:
    """Readings: a station, and a temperature with one decimal around that station's mean."""
    random = np.random.default_rng(SEED)
    names = pa.array(station_names(STATIONS))
    means = random.uniform(-10, 30, STATIONS)
    tenths = pa.array([f"{number / 10:.1f}" for number in range(-999, 1000)])
    for start in range(0, rows, CHUNK):
        count = min(CHUNK, rows - start)
        station = random.integers(0, STATIONS, count)
        reading = np.rint(random.normal(means[station], 10) * 10).clip(-999, 999).astype(np.int64)
        columns = [names.take(pa.array(station)), tenths.take(pa.array(reading + 999))]
        yield pa.record_batch(columns, names=["station", "temperature"])


def groupby_chunks(rows: int, groups: int = 100) -> Iterator[pa.RecordBatch]:
    """The table of the db-benchmark's group-by task, with K = `groups`."""
    random = np.random.default_rng(SEED)
    large = max(1, rows // groups)
    small_names = pa.array([f"id{number:03}" for number in range(1, groups + 1)])
    large_names = pa.array([f"id{number:010}" for number in range(1, large + 1)])
    for start in range(0, rows, CHUNK):
        count = min(CHUNK, rows - start)
        columns = [
            small_names.take(pa.array(random.integers(0, groups, count))),
            small_names.take(pa.array(random.integers(0, groups, count))),
            large_names.take(pa.array(random.integers(0, large, count))),
            random.integers(1, groups + 1, count),
            random.integers(1, groups + 1, count),
            random.integers(1, large + 1, count),
            random.integers(1, 6, count),
            random.integers(1, 16, count),
            random.uniform(0, 100, count).round(6),
        ]
        yield pa.record_batch(
            [pa.array(column) for column in columns], names=["id1", "id2", "id3", "id4", "id5", "id6", "v1", "v2", "v3"]
        )


def write(path: Path, chunks: Iterator[pa.RecordBatch], delimiter: str = ",", header: bool = True) -> None:
    """Write chunks of rows as one CSV file without quotes."""
    options = csv.WriteOptions(include_header=False, delimiter=delimiter, quoting_style="none")  # its header has quotes always
    first = next(chunks)
    with open(path, "wb") as file:
        if header:
            file.write(delimiter.join(first.schema.names).encode() + b"\n")
        with csv.CSVWriter(file, first.schema, write_options=options) as writer:
            writer.write(first)
            for chunk in chunks:
                writer.write(chunk)


def _make_flights(folder: Path, copies: int) -> None:
    script = ROOT / "scripts" / "prep_flights.py"
    subprocess.run([sys.executable, script, "--out", folder, "--copies", str(copies)], check=True, stdout=subprocess.DEVNULL)
    for january in sorted(folder.glob("*-01*.csv")):
        _join(folder.glob(january.name.replace("-01", "-??")), folder / january.name.replace("-01", ""))


def _join(months: Iterable[Path], year: Path) -> None:
    """The files of the months as one of the year, as the airlines' data is published."""
    with open(year, "wb") as joined:
        for number, month in enumerate(sorted(months)):
            header, _, rows = month.read_bytes().partition(b"\n")
            joined.write(rows if number else header + b"\n" + rows)
            month.unlink()


def _make_zipped(folder: Path, copies: int) -> None:
    _make_flights(folder, copies)
    years = sorted(folder.glob("*.csv"))
    with gzip.open(folder / "flights.csv.gz", "wb", compresslevel=6) as zipped:
        for number, year in enumerate(years):
            with open(year, "rb") as file:
                header = file.readline()
                zipped.write(b"" if number else header)
                shutil.copyfileobj(file, zipped, 1 << 20)
            year.unlink()


def _make_stations(folder: Path, rows: int) -> None:
    folder.mkdir()
    write(folder / "measurements.txt", station_chunks(rows), delimiter=";", header=False)


def _make_groupby(folder: Path, rows: int) -> None:
    folder.mkdir()
    write(folder / "groupby.csv", groupby_chunks(rows))


DATASETS: dict[str, tuple[Callable[[Path, int], None], str]] = {
    "flights": (_make_flights, "*.csv"),
    "zipped": (_make_zipped, "*.csv.gz"),
    "stations": (_make_stations, "*.txt"),
    "groupby": (_make_groupby, "*.csv"),
}
"""For each dataset, what makes its folder from its size, and which files of the folder are the data."""


def prepare(dataset: str, scale: Scale, data: Path) -> str:
    """Make a dataset in the folder `data` unless it is there; the glob of its files."""
    make, pattern = DATASETS[dataset]
    folder = data / scale.folder(dataset)
    if not folder.is_dir():
        print(f"making {folder}", flush=True)
        data.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=data) as workshop:
            new = Path(workshop, folder.name)
            make(new, getattr(scale, dataset))
            new.rename(folder)
    return str(folder / pattern)


def size(path: str) -> tuple[int, int]:
    """The number of files of a glob, and their bytes."""
    files = glob.glob(path)
    return len(files), sum(Path(file).stat().st_size for file in files)


def read_through(path: str) -> None:
    """Read the files of a glob, so that they are in the system's cache and no run waits for the disk."""
    buffer = bytearray(1 << 22)
    for file in sorted(glob.glob(path)):
        with open(file, "rb", buffering=0) as opened:
            while opened.readinto(buffer):
                pass
