"""The place that a path means."""

from __future__ import annotations

import os
import socket

import fsspec
import pytest

from lazyframe.frame.places import place_of
from lazyframe.frame.places.files import Device, OneFile
from lazyframe.frame.places.folder import LocalFolder
from lazyframe.frame.places.remote import Remote


def test_a_path_means_a_place(tmp_path):
    (tmp_path / "there.csv").write_text("x")
    assert type(place_of(None, True, str(tmp_path / "new.csv"), "new.csv", None)) is OneFile
    assert type(place_of(None, True, str(tmp_path / "there.csv"), "there.csv", None)) is OneFile
    assert type(place_of(None, True, str(tmp_path / "part-*.csv"), "part-*.csv", None)) is LocalFolder
    assert type(place_of(None, True, "/dev/null", "/dev/null", None)) is Device


def test_a_link_is_what_it_leads_to(tmp_path):
    (tmp_path / "there.csv").write_text("x")
    os.symlink(tmp_path / "there.csv", tmp_path / "link.csv")
    os.symlink(tmp_path / "nowhere.csv", tmp_path / "dangling.csv")
    assert type(place_of(None, True, str(tmp_path / "link.csv"), "link.csv", None)) is OneFile
    assert type(place_of(None, True, str(tmp_path / "dangling.csv"), "dangling.csv", None)) is OneFile


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of POSIX")
def test_a_pipe_is_written_into_and_a_socket_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert type(place_of(None, True, str(tmp_path / "pipe"), "pipe", None)) is Device
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(tmp_path / "s"))
        with pytest.raises(OSError, match="cannot write 's': it is a socket or the like"):
            place_of(None, True, str(tmp_path / "s"), "s", None)


@pytest.mark.parametrize("path", ["/out.csv", "/out/part-*.csv"])
def test_elsewhere_is_elsewhere_whatever_the_path(path):
    assert type(place_of(fsspec.filesystem("memory"), False, path, path, None)) is Remote


def test_a_star_in_a_folder_above_is_no_pattern(tmp_path):
    (tmp_path / "a*b").mkdir()
    assert type(place_of(None, True, str(tmp_path / "a*b" / "x.csv"), "x.csv", None)) is OneFile
