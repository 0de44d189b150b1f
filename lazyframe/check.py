"""``python -m lazyframe check FILES``: read everything once, and say what is in it and what is wrong with it.

What counts as wrong is what ``read_csv`` would warn of or raise: files whose columns differ, values that change the dtype of a
column, records with too many fields, bytes of another encoding, whatever is an error; and names that stand twice in a header.
Nothing of the rows is kept.
"""

from __future__ import annotations

import argparse
import ast
import glob
import json
import os
import re
import sys
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NoReturn

import pandas as pd

from lazyframe.csv import CSVSource, DtypePromotionWarning, NoFilesError, SchemaDriftWarning
from lazyframe.frame.dataframe import DataFrame
from lazyframe.frame.io import read_csv
from lazyframe.frame.stream import Stream
from lazyframe.plan import base_scan
from lazyframe.shown import in_quotes

_SHOWN = 20  # of each sort, in text; JSON has all, but for the bad lines
_BAD_LINES = 1000
_ERRORS = 50
_ASKED = 100  # columns of text: each is looked at in the sample once more
_ADVICE = re.compile(r"\b(?:pass|be) (sep|decimal|encoding)=([\"'](?:[^\"'\\]|\\.)+[\"'])")
"""What messages say to write for text that is of another form than was taken for granted."""
_MARKS = {b"\xef\xbb\xbf": "utf-8 with a byte order mark", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass
class Report:
    """What was found.

    Parameters
    ----------
    files, bytes : int
        How many, and how large they are as they are stored.
    rows : int, optional
        None where an error kept them from being counted.
    columns : list of dict
        ``name`` and ``dtype`` of each, after all rows were looked at.
    errors : list of str
        What ``read_csv``, or reading, raises; of a folder the error of each file.
    drift : list of dict
        Files whose columns are not those of most: ``file``, ``missing``, ``extra``, ``other_order``.
    duplicates : list of dict
        Names that stand more than once in a header: ``name``, ``read_as``, ``file``.
    promoted : list of dict
        Columns whose dtype a value changed: ``column``, ``dtype``, ``file``, ``line``, ``text``.
    bad_lines : dict
        ``count``, and the ``first`` of them: ``file``, ``line``, ``reason``, ``text``.
    encodings : dict
        How many files begin with a mark of an encoding.
    notes : list of str
        Columns of text in which numbers stand too, with the argument that makes numbers of them; nothing wrong in itself.
    warnings : list of str
        What else ``read_csv`` warns of.
    line : str
        What to write to read these files.
    """

    files: int = 0
    bytes: int = 0
    rows: int | None = None
    columns: list[dict[str, str]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    drift: list[dict[str, Any]] = field(default_factory=list)
    duplicates: list[dict[str, str]] = field(default_factory=list)
    promoted: list[dict[str, Any]] = field(default_factory=list)
    bad_lines: dict[str, Any] = field(default_factory=lambda: {"count": 0, "first": []})
    encodings: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    line: str = ""

    @property
    def is_good(self) -> bool:
        """Whether there is nothing to say."""
        wrong = (self.errors, self.drift, self.duplicates, self.promoted, self.bad_lines["count"], self.warnings)
        return not any(wrong)


def check(files: Sequence[str], **arguments: Any) -> Report:
    r"""Read the files and say what is in them.

    Parameters
    ----------
    files : sequence of str
        Paths, patterns, URLs.
    **arguments
        Of `read_csv`.

    Raises
    ------
    NoFilesError
        There is none.

    Examples
    --------
    >>> import os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "a.csv")
    >>> with open(path, "w") as file:
    ...     _ = file.write("a,b\n" + "1,x\n" * 100 + "2,y,z\n")
    >>> report = check([path])
    >>> report.rows, report.columns, report.bad_lines["first"][0]["line"]
    (100, [{'name': 'a', 'dtype': 'int64'}, {'name': 'b', 'dtype': 'str'}], 102)
    """
    report = Report()
    urlpath: Any = files[0] if len(files) == 1 else list(files)
    arguments = {"on_bad_lines": "warn", **arguments}
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            frame = read_csv(urlpath, **arguments)
        except (NoFilesError, FileNotFoundError):
            raise
        except Exception as error:  # whatever it is, it is what the user would get
            report.errors.append(_said(error))
            _look_at_each(report, files, arguments)
        else:
            _look(report, frame, urlpath, arguments)
    report.warnings = _others(told, report)
    report.line = _line(report, files, arguments)
    return report


def _look(report: Report, frame: Any, urlpath: Any, arguments: dict[str, Any]) -> None:
    """Read everything once; and once more for the bad lines, if there are any."""
    source = _source(frame)
    _look_at_files(report, source)
    try:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            stream = Stream(frame)
        report.rows = len(frame)
    except Exception as error:
        report.errors.append(_said(error))
        _look_at_each(report, [file.path for file in source.files], arguments)
        return
    latest = source.latest()
    schema = stream.schema
    report.columns = [{"name": str(f.name), "dtype": f.dtype.name} for f in (*schema.index, *schema)]
    dtypes = {column["name"]: column["dtype"] for column in report.columns}
    texts = [name for name, dtype in dtypes.items() if dtype == "str" and name not in latest.changes]
    reasons = [latest.why_text(name) for name in texts[:_ASKED]]
    report.notes = [why for why in reasons if "na_values=" in why or "decimal=" in why]
    for label, change in latest.changes.items():
        found = {"column": label, "dtype": dtypes.get(label, ""), "file": change.path, "line": change.line, "text": change.text}
        report.promoted.append(found)
    known = {found["column"] for found in report.promoted}
    for said in told:
        if not issubclass(said.category, DtypePromotionWarning | SchemaDriftWarning):
            warnings.warn_explicit(said.message, said.category, said.filename, said.lineno)
        elif issubclass(said.category, DtypePromotionWarning):
            report.promoted += [found for found in _promotions(str(said.message), dtypes) if found["column"] not in known]
    if arguments["on_bad_lines"] == "warn" and any(map(_is_of_bad_lines, told)):
        _collect(report, urlpath, arguments)


def _is_of_bad_lines(said: warnings.WarningMessage) -> bool:
    return issubclass(said.category, pd.errors.ParserWarning) and " fields" in str(said.message)


def _source(frame: Any) -> CSVSource:
    assert isinstance(frame, DataFrame)
    scan = base_scan(frame._result())
    assert scan is not None
    source = scan.source
    assert isinstance(source, CSVSource)
    return source


def _promotions(said: str, dtypes: dict[str, str]) -> list[dict[str, Any]]:
    """What a warning of promoted columns names."""
    pattern = r"(?:^|; )(\S.*?):(\d+): (.*?) in column (.+?) is "
    return [
        {"column": name, "dtype": dtypes.get(name, ""), "file": path, "line": int(line), "text": text.strip("'")}
        for path, line, text, name in re.findall(pattern, said)
    ]


def _look_at_files(report: Report, source: CSVSource) -> None:
    """What is known when the headers are."""
    files = source.files
    report.files, report.bytes = len(files), sum(file.size for file in files)
    kinds: dict[tuple[str, ...], int] = {}
    for file in files:
        kinds[file.names] = kinds.get(file.names, 0) + 1
    most = max(kinds, key=lambda names: kinds[names])
    for file in files:
        if file.names != most:
            missing, extra = [n for n in most if n not in file.names], [n for n in file.names if n not in most]
            entry = {"file": file.path, "missing": missing, "extra": extra, "other_order": not missing and not extra}
            report.drift.append(entry)
        for name in file.names:
            first, dot, number = str(name).rpartition(".")
            is_numbered = dot and number.isdigit() and first in file.names  # as pandas tells equal names apart
            if is_numbered and not any(other["read_as"] == name for other in report.duplicates):
                report.duplicates.append({"name": first, "read_as": str(name), "file": file.path})
        mark = _mark(file.path)
        if mark:
            report.encodings[mark] = report.encodings.get(mark, 0) + 1


def _mark(path: str) -> str:
    try:
        with open(path, "rb") as file:
            begin = file.read(3)
    except OSError:  # somewhere else, or in memory
        return ""
    return next((name for mark, name in _MARKS.items() if begin.startswith(mark)), "")


def _collect(report: Report, urlpath: Any, arguments: dict[str, Any]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        bad = read_csv(urlpath, **{**arguments, "on_bad_lines": "collect"}).bad_lines
        first = bad.head(_BAD_LINES)
        count = len(first) if len(first) < _BAD_LINES else len(bad)
    rows = first[["file", "line", "reason", "text"]].astype({"file": str}).to_dict("records")
    report.bad_lines = {"count": int(count), "first": [{**row, "line": int(row["line"])} for row in rows]}


def _look_at_each(report: Report, files: Sequence[str], arguments: dict[str, Any]) -> None:
    """Of several files of which one is wrong: what is wrong with each."""
    paths = [path for given in files for path in (sorted(glob.glob(given)) or [given])]
    if len(paths) < 2:
        return
    report.files = report.files or len(paths)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path in paths:
            if len(report.errors) >= _ERRORS:
                return
            try:
                Stream(read_csv(path, **arguments))
            except Exception as error:
                if _said(error) not in report.errors:
                    report.errors.append(_said(error))


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _others(told: Sequence[warnings.WarningMessage], report: Report) -> list[str]:
    """What was warned of and is in no other part of the report."""
    found = []
    for said in told:
        is_drift = issubclass(said.category, SchemaDriftWarning) and bool(report.drift)
        is_told = is_drift or (report.bad_lines["count"] > 0 and _is_of_bad_lines(said))
        if not is_told and str(said.message) not in found and not issubclass(said.category, DeprecationWarning | ResourceWarning):
            found.append(str(said.message))
    return found


def _line(report: Report, files: Sequence[str], arguments: dict[str, Any]) -> str:
    """What to write to read these files without a warning."""
    shown = repr(_pattern(files))
    texts = (*report.errors, *report.warnings, *report.notes)
    advised = {name: ast.literal_eval(value) for said in texts for name, value in _ADVICE.findall(said)}
    given = {name: value for name, value in arguments.items() if name != "on_bad_lines"}
    given |= {name: value for name, value in advised.items() if name not in given}
    dtypes = {found["column"]: found["dtype"] for found in report.promoted if found["dtype"] and found["dtype"] != "object"}
    if dtypes and isinstance(given.get("dtype", {}), dict):
        given["dtype"] = {**dtypes, **given.get("dtype", {})}
    if arguments["on_bad_lines"] != "warn":
        given["on_bad_lines"] = arguments["on_bad_lines"]
    elif report.bad_lines["count"]:
        given["on_bad_lines"] = "collect"
    return "lf.read_csv(" + ", ".join([shown, *(f"{name}={value!r}" for name, value in given.items())]) + ")"


def _pattern(files: Sequence[str]) -> str | list[str]:
    """One pattern for files that a shell has listed, where it means just these."""
    if len(files) == 1:
        return files[0]
    folders, ends = {os.path.dirname(path) for path in files}, {os.path.splitext(path)[1] for path in files}
    if len(folders) == len(ends) == 1:
        pattern = os.path.join(folders.pop(), f"*{ends.pop()}")
        if sorted(glob.glob(pattern)) == sorted(files):
            return pattern
    return list(files)


def told(report: Report) -> str:
    """The report as people read it."""
    rows = "rows not counted" if report.rows is None else _counted(report.rows, "row")
    columns = _counted(len(report.columns), "column")
    lines = [f"{_counted(report.files, 'file')}, {_counted(report.bytes, 'byte')}, {rows}, {columns}"]
    lines += [f"  {name}: {_counted(count, 'file')}" for name, count in report.encodings.items()]
    width = max((len(column["name"]) for column in report.columns), default=0)
    lines += _section("columns", [f"{column['name']:<{width}}  {column['dtype']}" for column in report.columns], 10**6)
    lines += _section("errors", report.errors)
    drift = []
    for entry in report.drift:
        said = [f"{what} {', '.join(map(str, entry[what]))}" for what in ("missing", "extra") if entry[what]]
        drift.append(f"{entry['file']}: {'; '.join(said) or 'the same columns in another order'}")
    lines += _section("files whose columns differ from those of most", drift)
    twice = [f"{entry['file']}: {entry['name']}, read as {entry['read_as']} too" for entry in report.duplicates]
    lines += _section("names that stand more than once in a header", twice)
    changed = [
        f"{found['column']}: {found['dtype']}, for {_text(found['text'])} in {found['file']}:{found['line']}"
        for found in report.promoted
    ]
    lines += _section("columns whose dtype a later value changed", changed)
    count, first = report.bad_lines["count"], report.bad_lines["first"]
    bad = [f"{row['file']}:{row['line']}: {row['reason']}: {in_quotes(str(row['text']))}" for row in first]
    lines += _section(f"bad lines: {count:,}", bad, total=count)
    lines += _section("text beside numbers", report.notes)
    lines += _section("besides", report.warnings)
    lines += ["", "nothing is wrong" if report.is_good else "read them with", f"  {report.line}"]
    return "\n".join(lines)


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def _text(text: str | None) -> str:
    return "a missing value" if text is None else in_quotes(text)


def _section(title: str, entries: Sequence[str], shown: int = _SHOWN, total: int | None = None) -> list[str]:
    if not entries:
        return []
    more = (len(entries) if total is None else total) - min(len(entries), shown)
    return ["", title, *(f"  {entry}" for entry in entries[:shown]), *([f"  and {more:,} more"] if more > 0 else [])]


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line, for usage is what --help shows."""
        self.exit(2, f"{self.prog}: {message}. See: {self.prog} --help\n")


def parser() -> argparse.ArgumentParser:
    """Of the command line."""
    program = _Parser(prog="python -m lazyframe", description="pandas for a folder of CSV files that is bigger than memory.")
    commands = program.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    one = commands.add_parser(
        "check",
        help="read files and say what is in them and what is wrong",
        description=(
            "Reads all of the files and prints the columns as they are found, files whose columns differ, names that stand twice "
            "in a header, values that change the dtype of a column (with file and line), bad lines, errors, and the line that "
            "reads them. Exit status: 0 nothing is wrong, 1 something is, 2 a wrong option or no such file."
        ),
        epilog=(
            "examples:\n"
            "  python -m lazyframe check 'data/*.csv'\n"
            "  python -m lazyframe check --sep ';' --encoding latin-1 a.csv\n"
            "  python -m lazyframe check -o parse_dates='[\"day\"]' -o na_values=-999 --json a.csv"
        ),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    one.add_argument("files", nargs="+", metavar="FILE", help="a path, a pattern in quotes, or a URL")
    one.add_argument("--sep", metavar="TEXT", help="what stands between fields (a comma)")
    one.add_argument("--encoding", metavar="NAME", help="of the files (utf-8)")
    one.add_argument(
        "-o",
        "--option",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="any other argument of read_csv, its value as Python writes it: -o header=None -o dtype='{\"id\": str}'",
    )
    one.add_argument("--json", action="store_true", help="print one JSON object")
    return program


def _options(given: argparse.Namespace, program: argparse.ArgumentParser) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for option in given.option:
        name, equals, value = option.partition("=")
        if not equals or not name.isidentifier():
            program.error(f"--option {option}: write NAME=VALUE")
        options[name] = _value(value)
    if given.sep is not None:
        options["sep"] = given.sep.replace("\\t", "\t")
    if given.encoding is not None:
        options["encoding"] = given.encoding
    return options


def _value(text: str) -> Any:
    """What Python makes of it; names of dtypes may stand without quotes, and what is no Python is text."""
    named = re.sub(r"(?<=[:\s])\s*(str|int|float|bool|object)(?=\s*[,}])", r" '\1'", text)
    for way in (text, named):
        try:
            return ast.literal_eval(way)
        except (ValueError, SyntaxError):
            continue
    return text


def main(arguments: Sequence[str] | None = None) -> int:
    """What ``python -m lazyframe`` does; the exit status."""
    program = parser()
    given = program.parse_args(arguments)
    if given.command is None:
        program.print_help()
        return 2
    try:
        report = check(given.files, **_options(given, program))
    except (NoFilesError, FileNotFoundError) as error:
        said = str(error).splitlines()[0] if str(error) else "no such file"
        print(f"python -m lazyframe check: {said}", file=sys.stderr)
        return 2
    if any(error.startswith("TypeError: read_csv has no argument") for error in report.errors):
        print(f"python -m lazyframe check: {report.errors[0]}", file=sys.stderr)
        return 2
    if given.json:
        print(json.dumps({**asdict(report), "ok": report.is_good}, ensure_ascii=False, default=str))
    else:
        print(told(report))
    return 0 if report.is_good else 1
