"""The data: its form, and that it is made whole, once, and always the same."""

from __future__ import annotations

import pandas as pd
import pytest

from benchmarks import data


def test_station_names_are_as_in_the_challenge():
    names = data.station_names(data.STATIONS)
    assert len(set(names)) == 413
    assert all(3 <= len(name.encode()) <= 26 and ";" not in name for name in names)
    assert any(" " in name for name in names)
    assert not all(name.isascii() for name in names)


def test_stations(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "CHUNK", 3000)
    path = tmp_path / "measurements.txt"
    data.write(path, data.station_chunks(10_000), delimiter=";", header=False)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 10_000
    readings = pd.Series(lines).str.extract(r"^([^;\"]+);(-?\d{1,2}\.\d)$")
    assert not readings.isna().any().any()
    assert readings[0].nunique() == 413
    means = readings[1].astype(float).groupby(readings[0]).mean()
    assert means.min() < 5 < 15 < means.max()


def test_groupby(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "CHUNK", 3000)
    path = tmp_path / "groupby.csv"
    data.write(path, data.groupby_chunks(10_000))
    df = pd.read_csv(path)
    assert list(df.columns) == ["id1", "id2", "id3", "id4", "id5", "id6", "v1", "v2", "v3"]
    assert len(df) == 10_000
    assert sorted(df.id1.unique()) == sorted(df.id2.unique()) == [f"id{number:03}" for number in range(1, 101)]
    assert df.id3.str.fullmatch(r"id\d{10}").all()
    assert (df.id3.nunique(), df.id6.nunique()) == (100, 100)
    assert [(df[c].min(), df[c].max()) for c in ("id4", "id5", "v1", "v2")] == [(1, 100), (1, 100), (1, 5), (1, 15)]
    assert df.v3.between(0, 100).all()
    assert (df.v3 == df.v3.round(6)).all()
    assert df.v3.nunique() > 9000
    assert '"' not in path.read_text()


def test_the_same_size_is_the_same_data():
    first, second = (next(data.groupby_chunks(1000)) for _ in range(2))
    assert first.equals(second)
    assert not first.equals(next(data.groupby_chunks(2000)).slice(0, 1000))


def test_flights_are_a_file_a_year(tmp_path, monkeypatch):
    def prep_flights(command, **options):
        folder = command[command.index("--out") + 1]
        folder.mkdir()
        for name in ("2013-01", "2013-02", "2013-01.copy2", "2013-02.copy2"):
            (folder / f"{name}.csv").write_text(f"a,b\n{name},1\n{name},2\n")

    monkeypatch.setattr(data.subprocess, "run", prep_flights)
    data.DATASETS["flights"][0](tmp_path / "flights", 2)
    made = {file.name: file.read_text() for file in (tmp_path / "flights").iterdir()}
    assert made == {
        "2013.csv": "a,b\n2013-01,1\n2013-01,2\n2013-02,1\n2013-02,2\n",
        "2013.copy2.csv": "a,b\n2013-01.copy2,1\n2013-01.copy2,2\n2013-02.copy2,1\n2013-02.copy2,2\n",
    }


SCALE = data.Scale(flights=1, zipped=1, stations=100, groupby=1000)


def test_prepare_makes_once(tmp_path):
    path = data.prepare("groupby", SCALE, tmp_path / "bench")
    assert path == str(tmp_path / "bench" / "groupby-1000" / "*.csv")
    file = tmp_path / "bench" / "groupby-1000" / "groupby.csv"
    assert data.size(path) == (1, file.stat().st_size)
    file.write_text("mine")
    assert data.prepare("groupby", SCALE, tmp_path / "bench") == path
    assert file.read_text() == "mine"


def test_prepare_leaves_nothing_half_made(tmp_path, monkeypatch):
    def make(folder, rows):
        folder.mkdir()
        (folder / "groupby.csv").write_text("id1,")
        raise OSError("no space left")

    monkeypatch.setitem(data.DATASETS, "groupby", (make, "*.csv"))
    with pytest.raises(OSError, match="no space left"):
        data.prepare("groupby", SCALE, tmp_path)
    assert list(tmp_path.iterdir()) == []
