"""What a write asks of the place where it ends: pieces that wait under their numbers, and the names that files get."""

from __future__ import annotations

import pytest

from lazyframe.frame.places import Place
from lazyframe.frame.places.contract import Staged, mixed, numbered
from lazyframe.frame.places.files import Device, OneFile
from lazyframe.frame.places.folder import LocalFolder
from lazyframe.frame.places.remote import Remote


class Stage(Staged):
    def __init__(self, folder):
        self._stage = str(folder)


def put(stage, *texts):
    for text in texts:
        with stage.open() as file:
            file.write(text)


def test_pieces_wait_in_the_order_in_which_they_came(tmp_path):
    put(Stage(tmp_path), b"a", b"b")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"0": b"a", "1": b"b"}


def test_what_is_discarded_is_gone_and_is_begun_anew(tmp_path):
    stage = Stage(tmp_path)
    put(stage, b"a", b"b")
    stage.discard()
    assert list(tmp_path.iterdir()) == []
    put(stage, b"c")
    assert (tmp_path / "0").read_bytes() == b"c"
    stage.discard()
    stage.discard()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_somebody_elses(tmp_path):
    (tmp_path / "0").write_text("theirs")
    with pytest.raises(FileExistsError):
        Stage(tmp_path).open()
    assert (tmp_path / "0").read_text() == "theirs"


@pytest.mark.parametrize(
    ("count", "names"),
    [
        (0, []),
        (1, ["part-0.csv"]),
        (3, ["part-0.csv", "part-1.csv", "part-2.csv"]),
        (10, [f"part-{number}.csv" for number in range(10)]),
        (11, [f"part-{number:02}.csv" for number in range(11)]),
    ],
)
def test_names_are_in_order_as_text(count, names):
    assert numbered("part-*.csv", count) == names
    assert sorted(names) == names


def test_files_of_others_are_named_with_what_to_do():
    assert mixed("out", ["b.csv"]).startswith("out holds b.csv already, which would stand among the files of this frame.")
    assert mixed("out", ["b.csv", "a.csv", "c.csv"]).startswith("out holds a.csv and 2 more already")
    assert "overwrite=True" in mixed("out", ["b.csv"])


@pytest.mark.parametrize("kind", [OneFile, Device, LocalFolder, Remote])
def test_every_place_keeps_the_contract(kind):
    for name in ("open", "publish", "discard", "close"):
        assert callable(getattr(kind, name)), name
        assert getattr(kind, name) is not getattr(Place, name)
    assert "streams" in {name for cls in kind.__mro__[:-1] for name in (*vars(cls), *vars(cls).get("__annotations__", {}))}
