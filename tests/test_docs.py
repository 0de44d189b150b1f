"""The pages for readers of the code: links lead somewhere, and decisions and code name each other."""

from __future__ import annotations

import importlib
import re
import subprocess
from pathlib import Path

import pytest

import lazyframe as lf

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "lazyframe"
DECISIONS = ROOT / "docs" / "decisions"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *PACKAGE.rglob("*.md")])
NUMBERED = sorted(DECISIONS.glob("[0-9]*.md"))
ELSEWHERE = {"io.StringIO"}  # of Python's modules, which have the name of one of ours
MODULES = sorted(PACKAGE.rglob("*.py"))
NAMED_IN_CODE = {path: set(re.findall(r"docs/decisions/(\d{4}-[\w-]+)\.md", path.read_text("utf-8"))) for path in MODULES}


def links(page: Path) -> list[str]:
    """The targets of a page's links that are files."""
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    return [target for target in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in target]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files(page):
    gone = [target for target in links(page) if not (page.parent / target).exists()]
    assert not gone, f"{page.relative_to(ROOT)} has links to what is not there: {gone}"


def test_the_index_has_each_decision_once():
    index = (DECISIONS / "README.md").read_text("utf-8")
    listed = re.findall(r"^- \[(\d{4})\]\((\d{4})-[\w-]+\.md\)", index, re.MULTILINE)
    assert [first for first, second in listed] == [second for first, second in listed]
    assert sorted(first for first, _ in listed) == [page.name[:4] for page in NUMBERED]
    assert len(NUMBERED) > 60


@pytest.mark.parametrize("page", NUMBERED, ids=lambda page: page.stem)
def test_a_decision_is_whole_and_its_code_names_it(page):
    text = page.read_text("utf-8")
    assert text.startswith(f"# {int(page.name[:4])}. ")
    assert re.findall(r"^\*\*(\w+)\.\*\* \S", text, re.MULTILINE) == ["Context", "Decision", "Alternative", "Consequence"]
    code = {ROOT / "lazyframe" / name for name in re.findall(r"\(\.\./\.\./lazyframe/(\S+)\)", text)}
    code = {path / "__init__.py" if path.is_dir() else path for path in code}
    assert code, "it says of no file that it explains it"
    assert all(path.exists() for path in code)
    naming = {path for path, named in NAMED_IN_CODE.items() if page.stem in named}
    assert naming, "no file names it"
    assert naming <= code, "the page should name what names it"


def test_code_names_decisions_that_exist():
    stems = {page.stem for page in NUMBERED}
    gone = {str(path.relative_to(ROOT)): named - stems for path, named in NAMED_IN_CODE.items() if named - stems}
    assert not gone


@pytest.mark.parametrize("page", [ROOT / "ARCHITECTURE.md", *NUMBERED], ids=lambda page: page.stem)
def test_names_of_code_in_pages_exist(page):
    """What stands in backticks as a path of the package, or as module.name, is there."""
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    stems: dict[str, list[Path]] = {}
    for path in MODULES:
        stems.setdefault(path.parent.name if path.stem == "__init__" else path.stem, []).append(path)
    gone = []
    for name in re.findall(r"`([\w./]+)`", text):
        module, _, member = name.partition(".")
        if "/" in name:
            found = (PACKAGE / name).exists() or (ROOT / name).exists()
        elif module in stems and member.isidentifier() and member != "py" and name not in ELSEWHERE:
            found = any(hasattr(module_of(path), member) or (path.parent / f"{member}.py").exists() for path in stems[module])
        else:
            continue
        if not found:
            gone.append(name)
    assert not gone


def module_of(path: Path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return importlib.import_module(".".join(parts[:-1] if parts[-1] == "__init__" else parts))


def test_pictures_are_small_and_are_shown():
    shown = {(page.parent / target).resolve() for page in PAGES for target in links(page)}
    for picture in sorted((ROOT / "docs" / "pictures").iterdir()):
        assert picture in shown, f"no page shows {picture.name}"
        assert picture.stat().st_size < 150_000


def test_lines_in_tables_of_other_libraries_run(tmp_path, monkeypatch):
    for number in (1, 2):
        (tmp_path / f"{number}.csv").write_text("id,k,x\n1,a,0.5\n2,b,1.5\n3,a,\n")
    monkeypatch.chdir(tmp_path)
    df = lf.read_csv("*.csv")
    names = {"lf": lf, "df": df, "a": df, "b": df[["k"]].drop_duplicates(), "dask": pytest.importorskip("dask")}
    names["b"] = df.groupby("k").x.max().reset_index(name="most")
    run = 0
    for row in re.findall(r"^\| .* \|$", (ROOT / "docs" / "coming-from.md").read_text("utf-8"), re.MULTILINE):
        for line in re.findall(r"`([^`]+)`", row.rstrip("| ").rsplit(" | ", 1)[-1]):
            if not re.search(r"\b(df|lf\.|a\.)", line) or line.startswith(("lazyframe.", "df.bad_lines")):
                continue
            *before, last = line.replace("lf.compute(a, b)", "lf.compute(a.x.sum(), b.most.sum())").split("; ")
            exec("; ".join(before), names)
            made = eval(last, names)
            if hasattr(made, "compute"):
                made.compute(scheduler="sync")
            run += 1
    assert run >= 20


def test_the_house_is_that_of_the_package():
    """Each module of the top of the package, and each folder of it, has a line in ARCHITECTURE.md."""
    house = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    tracked = subprocess.run(["git", "ls-files", "lazyframe"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    if not tracked:
        pytest.skip("not in a repository")
    top = {Path(name).parts[1] for name in tracked.splitlines()}
    names = {name for name in top if name.endswith(".py")} | {f"{name}/" for name in top if "." not in name}
    assert sorted(name for name in names - {"public.py"} if name not in house) == []


def test_each_public_name_is_in_the_reference():
    pages = "\n".join(page.read_text("utf-8") for page in (ROOT / "docs" / "api").glob("*.md"))
    named = set(re.findall(r"[\w.]+", pages))
    gone = [name for name in lf.__all__ if not any(word.split(".")[-1] == name or name in word.split(".") for word in named)]
    assert not gone
