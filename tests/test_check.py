"""python -m lazyframe check: what it finds is what reading the files shows."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

import lazyframe as lf
from lazyframe.check import check, main, told

CASES = Path(__file__).parent / "csv" / "cases"
MANIFEST = runpy.run_path(str(CASES / "manifest.py"))["CASES"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder, name, text):
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return name


def read(name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return lf.read_csv(CASES / f"{name}.csv", **MANIFEST[name]).compute(scheduler="sync")
        except (ValueError, TypeError) as error:
            return error


SOME = [pytest.param(name, marks=[] if number % 4 == 0 else [pytest.mark.slow]) for number, name in enumerate(MANIFEST)]


@pytest.mark.parametrize("name", SOME)
def test_a_messy_file_is_told_as_it_is_read(name):
    report = check([str(CASES / f"{name}.csv")], **MANIFEST[name])
    found = read(name)
    if isinstance(found, Exception):
        assert report.bad_lines["count"] or report.errors[0].startswith(f"{type(found).__name__}: ")
    else:
        assert report.errors == []
        assert report.rows == len(found)
        dtypes = [column["dtype"] for column in report.columns]
        assert dtypes[len(dtypes) - len(found.columns) :] == [str(dtype) for dtype in found.dtypes]
    assert report.line in told(report)
    assert json.loads(json.dumps(vars(report), default=str))["files"] == report.files


def test_a_good_folder(folder, capsys):
    for name in ("a.csv", "b.csv"):
        write(folder, name, "id,day\n1,2026-11-01\n2,2026-11-02\n")
    assert main(["check", "*.csv", "-o", 'parse_dates=["day"]']) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("2 files, 66 bytes, 4 rows, 2 columns\n")
    assert "id   int64\n  day  datetime64[us]" in shown
    assert shown.endswith("nothing is wrong\n  lf.read_csv('*.csv', parse_dates=['day'])\n")


def test_everything_that_is_wrong_is_told_with_its_place(folder, capsys):
    write(folder, "a.csv", "id,x,x\n" + "1,2,3\n" * 20_000 + "1,2.5,3\n2,3,4\n1,2,3,4\n")
    write(folder, "b.csv", "\ufeffid,y,x\n1,2,3\n")
    assert main(["check", "a.csv", "b.csv", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["files"], found["rows"], found["ok"]) == (2, 20_003, False)
    assert found["drift"] == [{"file": "b.csv", "missing": ["x.1"], "extra": ["y"], "other_order": False}]
    assert found["duplicates"] == [{"name": "x", "read_as": "x.1", "file": "a.csv"}]
    assert found["promoted"] == [{"column": "x", "dtype": "float64", "file": "a.csv", "line": 20_002, "text": "2.5"}]
    bad = {"file": "a.csv", "line": 20_004, "reason": "4 fields, expected 3", "text": "1,2,3,4"}
    assert found["bad_lines"] == {"count": 1, "first": [bad]}
    assert found["encodings"] == {"utf-8 with a byte order mark": 1}
    assert found["line"] == "lf.read_csv('*.csv', dtype={'x': 'float64'}, on_bad_lines='collect')"
    assert main(["check", "a.csv", "b.csv"]) == 1
    shown = capsys.readouterr().out
    for said in ("x: float64, for '2.5' in a.csv:20002", "a.csv:20004: 4 fields", "b.csv: missing x.1; extra y", found["line"]):
        assert said in shown


def test_text_beside_numbers_is_a_note(folder, capsys):
    write(folder, "a.csv", "a,b,k\n1,x,1\n2,y,2\nn.a.,z,3\n")
    assert main(["check", "a.csv"]) == 0
    shown = capsys.readouterr().out
    assert (
        "text beside numbers\n  a.csv:4 has 'n.a.' in column a, so the column is text. If 'n.a.' means a missing value, " in shown
    )
    assert "in column b" not in shown
    assert main(["check", "a.csv", "-o", "na_values=n.a."]) == 0
    assert "text beside numbers" not in capsys.readouterr().out


def test_the_line_has_what_messages_advise(folder):
    (folder / "a.csv").write_text("k;x\nu;1,5\nv;12,25\n")
    (folder / "l.csv").write_bytes("t\nMünchen\n".encode("latin-1"))
    assert check(["a.csv"]).line == "lf.read_csv('a.csv', sep=';')"
    report = check(["a.csv"], sep=";")
    assert report.line == "lf.read_csv('a.csv', sep=';', decimal=',')"
    assert "If the comma is a decimal point" in report.notes[0]
    assert lf.read_csv("a.csv", decimal=",", sep=";").x.sum().compute() == 13.75
    assert check(["a.csv"], sep=";", decimal=".").line == "lf.read_csv('a.csv', sep=';', decimal='.')", "what is given counts"
    assert check(["l.csv"]).line == "lf.read_csv('l.csv', encoding='latin-1')"


def test_the_line_reads_the_files(folder):
    write(folder, "a.csv", "id,x\n" + "1,2\n" * 20_000 + "1,2.5\n1,2,3\n")
    report = check(["a.csv"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        frame = eval(report.line, {"lf": lf}).compute()
    assert (len(frame), str(frame.x.dtype)) == (20_001, "float64")


def test_each_file_that_is_wrong_is_named(folder):
    for number in range(4):
        write(folder, f"{number}.csv", b"a\n1\n" if number % 2 else b"a\n1\n\xff\n")
    report = check(["*.csv"])
    assert [error.split(": ")[1].split(" ")[0] for error in report.errors] == ["0.csv:3", "2.csv:3"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "none.csv"], "no such file|no file matches"),
        (["check", "none*.csv"], "no file matches 'none"),
        (["check", "--wrong", "a.csv"], "unrecognized arguments: --wrong"),
        (["check", "-o", "sep", "a.csv"], "--option sep: write NAME=VALUE"),
        (["check", "-o", "seperator=1", "a.csv"], "no argument 'seperator'. Did you mean 'sep'"),
        (["check"], "FILE"),
        (["chekc", "a.csv"], "invalid choice: 'chekc'"),
    ],
)
def test_a_wrong_line_is_one_clear_line(folder, arguments, said, capsys):
    write(folder, "a.csv", "a\n1\n")
    try:
        code = main(arguments)
    except SystemExit as ended:
        code = ended.code
    assert code == 2
    out, errors = capsys.readouterr()
    assert out == ""
    assert len(errors.splitlines()) == 1
    assert any(part in errors for part in said.split("|"))


def test_a_wrong_line_of_the_program(folder):
    run = subprocess.run([sys.executable, "-m", "lazyframe", "check", "none*.csv"], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, len(run.stderr.splitlines())) == (2, "", 1)
    assert "no file matches 'none" in run.stderr


def test_values_are_written_as_in_python(folder, capsys):
    write(folder, "a.csv", "1;x\n2;-\n")
    options = ["--sep", ";", "-o", "header=None", "-o", "na_values=-", "-o", "dtype={0: str}", "--encoding", "latin-1"]
    assert main(["check", "a.csv", *options]) == 0
    assert (
        "lf.read_csv('a.csv', header=None, na_values='-', dtype={0: 'str'}, sep=';', encoding='latin-1')"
        in capsys.readouterr().out
    )


def test_help(capsys):
    for arguments in (["--help"], ["check", "--help"]):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 0
    assert "Exit status: 0 nothing is wrong" in capsys.readouterr().out
