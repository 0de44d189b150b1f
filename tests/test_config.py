from __future__ import annotations

import contextlib
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyframe import config


@pytest.fixture(autouse=True)
def no_variables(monkeypatch):
    for setting in config.SETTINGS.values():
        monkeypatch.delenv(setting.variable, raising=False)


def test_defaults():
    assert {name: config.get(name) for name in config.SETTINGS} == {
        "scheduler": None,
        "num_workers": None,
        "progress": "auto",
        "blocksize": 32 * 2**20,
        "cache": False,
        "cache_size": 16 * 10**9,
        "memory_limit": 0.6,
        "remote_timeout": 60.0,
        "temporary_directory": None,
    }


def test_default_given_by_the_caller():
    assert config.get("scheduler", "threads") == "threads"
    assert config.get("blocksize", None) is None
    with config.set(scheduler="sync"):
        assert config.get("scheduler", "threads") == "sync"


def test_set_is_global_until_taken_back():
    config.set(num_workers=3)
    try:
        seen = []
        thread = threading.Thread(target=lambda: seen.append(config.get("num_workers")))
        thread.start()
        thread.join()
        assert seen == [3]
    finally:
        config.set(num_workers=None)
    assert config.get("num_workers") is None


def test_set_as_a_context_restores_also_after_an_error():
    with config.set(scheduler="sync", num_workers=2):
        with contextlib.suppress(KeyError), config.set(scheduler="processes"):
            assert config.get("scheduler") == "processes"
            raise KeyError
        assert (config.get("scheduler"), config.get("num_workers")) == ("sync", 2)
    assert (config.get("scheduler"), config.get("num_workers")) == (None, None)


def test_one_bad_value_changes_nothing():
    with pytest.raises(ValueError, match="num_workers=0"):
        config.set(scheduler="sync", num_workers=0)
    assert config.get("scheduler") is None


def test_environment_variables_are_read_when_used(monkeypatch):
    monkeypatch.setenv("LAZYFRAME_SCHEDULER", "multiprocessing")
    monkeypatch.setenv("LAZYFRAME_NUM_WORKERS", " 5 ")
    monkeypatch.setenv("LAZYFRAME_BLOCKSIZE", "1 MiB")
    assert [config.get(name) for name in ("scheduler", "num_workers", "blocksize")] == ["processes", 5, 2**20]
    with config.set(num_workers=2):
        assert config.get("num_workers") == 2
        with config.set(num_workers=None):
            assert config.get("num_workers") == 5
    monkeypatch.setenv("LAZYFRAME_NUM_WORKERS", "")
    assert config.get("num_workers") is None


@pytest.mark.parametrize(
    ("variable", "text"), [("NUM_WORKERS", "0"), ("NUM_WORKERS", "many"), ("BLOCKSIZE", "abc"), ("SCHEDULER", "treads")]
)
def test_bad_environment_variable_is_named(monkeypatch, variable, text):
    monkeypatch.setenv(f"LAZYFRAME_{variable}", text)
    with pytest.raises(ValueError, match=f"LAZYFRAME_{variable}='{text}', an environment variable, is not a"):
        config.get(variable.lower())


@pytest.mark.parametrize("call", [lambda: config.get("num_worker"), lambda: config.set(num_worker=2)])
def test_unknown_setting_names_the_nearest_and_all(call):
    with pytest.raises(ValueError, match=r"no setting 'num_worker'\. Did you mean 'num_workers'") as caught:
        call()
    assert all(name in str(caught.value) for name in config.SETTINGS)


@pytest.mark.parametrize("value", [0, -1, 1.5, True, "0", "two", [], float("nan"), float("inf")])
def test_bad_num_workers(value):
    with pytest.raises(ValueError, match="is not a number of workers: give a whole number") as caught:
        config.set(num_workers=value)
    assert str(caught.value).startswith(f"num_workers={value!r}")


@pytest.mark.parametrize("value", ["treads", "", 3, object()])
def test_bad_scheduler(value):
    with pytest.raises(ValueError, match="is not a scheduler") as caught:
        config.set(scheduler=value)
    assert all(name in str(caught.value) for name in config.SCHEDULERS)
    if value == "treads":
        assert "Did you mean 'threads'?" in str(caught.value)


def test_an_executor_is_a_scheduler():
    with ThreadPoolExecutor(1) as executor, config.set(scheduler=executor):
        assert config.get("scheduler") is executor


@pytest.mark.parametrize(
    ("value", "size"),
    [
        (1, 1),
        ("1", 1),
        ("1_000", 1000),
        ("32MiB", 32 * 2**20),
        ("64 MB", 64_000_000),
        ("64mb", 64_000_000),
        ("1.5G", 1_500_000_000),
        (" 2 KiB ", 2048),
        ("2k", 2000),
        ("1TiB", 2**40),
        ("1e6", 1_000_000),
        (2.0, 2),
        ("10b", 10),
    ],
)
def test_parse_bytes(value, size):
    found = config.parse_bytes(value)
    assert found == size
    assert type(found) is int


@pytest.mark.parametrize(
    "value", ["abc", "", "-1", -1, 0, "0", 1.5, True, None, "1 PB", "1.2.3", "MiB", "1e999", "0.1", "nan", "٣"]
)
def test_parse_bytes_of_no_size(value):
    with pytest.raises(ValueError, match=r"blocksize=.* is not a size in bytes.*'32MiB'"):
        config.parse_bytes(value, f"blocksize={value!r}")


@given(st.integers(1, 2**60))
def test_parse_bytes_of_digits_is_exact(size):
    assert config.parse_bytes(str(size)) == config.parse_bytes(f"{size} B") == config.parse_bytes(size) == size


@given(st.text(alphabet="0123456789._eE+-kKmMiIbB ", max_size=12))
def test_parse_bytes_gives_a_size_or_a_value_error(text):
    with contextlib.suppress(ValueError):
        assert config.parse_bytes(text) >= 1


@pytest.mark.parametrize(
    ("given", "meant"), [(True, True), (False, False), ("auto", "auto"), ("On", True), ("0", False), (" AUTO ", "auto")]
)
def test_progress(given, meant):
    with config.set(progress=given):
        assert config.get("progress") == meant


def test_a_bad_progress_says_what_is_meant():
    with pytest.raises(ValueError, match=r"progress='maybe' is not True, False or 'auto'"):
        config.set(progress="maybe")


@pytest.mark.parametrize(("given", "meant"), [(90, 90.0), ("2.5", 2.5), ("inf", float("inf"))])
def test_seconds(given, meant):
    with config.set(remote_timeout=given):
        assert config.get("remote_timeout") == meant


@pytest.mark.parametrize("given", [0, -1, "long", True, float("nan"), [1]])
def test_seconds_that_are_none_are_named(given):
    with pytest.raises(ValueError, match=r"remote_timeout=.* is not a number of seconds: give one above 0"):
        config.set(remote_timeout=given)


def test_every_setting_is_described():
    for name, setting in config.SETTINGS.items():
        assert setting.name == name
        assert setting.description
        assert setting.variable == f"LAZYFRAME_{name.upper()}"


def test_settings_may_come_as_a_mapping():
    with config.set({"num_workers": 3}, scheduler="sync"):
        assert (config.get("num_workers"), config.get("scheduler")) == (3, "sync")
    with pytest.raises(ValueError, match="no setting 'workers'"):
        config.set({"workers": 3})


@pytest.mark.parametrize(
    ("given", "expected"),
    [(True, True), ("on", True), ("0", False), (False, False), ("/tmp/x", "/tmp/x"), ("~/x", os.path.expanduser("~/x"))],
)
def test_the_cache_is_on_off_or_in_a_folder(given, expected):
    with config.set(cache=given):
        assert config.get("cache") == expected


@pytest.mark.parametrize("given", ["", 3, b"x", " "])
def test_what_is_no_folder_for_the_cache(given):
    with pytest.raises(ValueError, match="is not True, False or the folder"):
        config.set(cache=given)


def test_a_notebook_shows_what_was_set() -> None:
    with (applied := config.set(scheduler="sync", blocksize="1MiB")):
        assert repr(applied) == "lf.config: scheduler='sync', blocksize=1048576"


@pytest.mark.parametrize(
    ("given", "found"), [("4GB", 4 * 10**9), (2**20, 2**20), (0.5, 0.5), ("25%", 0.25), ("0.1", 0.1), (3e9, 3 * 10**9)]
)
def test_a_limit_of_memory_is_a_size_or_a_share(given, found):
    with config.set(memory_limit=given):
        assert config.get("memory_limit") == found
        assert config.memory_limit() == (found if found > 1 else int(found * config.available_memory()))


@pytest.mark.parametrize("given", ["much", 0, -1, "0%", "150%", 1.5, 0.0, True])
def test_a_limit_that_is_none_is_named(given):
    with pytest.raises(ValueError, match="memory_limit="):
        config.set(memory_limit=given)


def test_a_temporary_directory_has_to_exist(tmp_path):
    with config.set(temporary_directory=tmp_path):
        assert config.get("temporary_directory") == str(tmp_path)
    with pytest.raises(ValueError, match=r"temporary_directory='.*nowhere'.*not a folder"):
        config.set(temporary_directory=str(tmp_path / "nowhere"))
