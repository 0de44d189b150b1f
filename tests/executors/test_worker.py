from __future__ import annotations

import io
import os
import pickle
import sys
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyframe.executors import _worker
from lazyframe.executors._worker import Cancelled, Run, checkpoint, in_run, inside_task


@pytest.fixture
def pipe():
    read, write = os.pipe()
    with io.FileIO(read, "r") as reader, io.FileIO(write, "w") as writer:
        yield reader, writer


@given(st.lists(st.binary(max_size=100), max_size=5))
def test_messages(buffers):
    read, write = os.pipe()
    with io.FileIO(read, "r") as reader, io.FileIO(write, "w") as writer:
        _worker.write(writer, buffers)
        _worker.write(writer, [b"next"])
        assert _worker.read(reader) == buffers
        assert _worker.read(reader) == [b"next"]


def test_a_message_larger_than_the_pipe(pipe):
    reader, writer = pipe
    sender = threading.Thread(target=_worker.write, args=(writer, [b"x" * 3_000_000, b"", b"y"]))
    sender.start()
    assert list(map(len, _worker.read(reader))) == [3_000_000, 0, 1]
    sender.join()


@pytest.mark.parametrize("sent", [b"", b"\x02", (2).to_bytes(8, "little"), b"\1" + bytes(7) + b"\5" + bytes(7) + b"abc"])
def test_the_end_of_the_pipe(pipe, sent):
    reader, writer = pipe
    writer.write(sent)
    writer.close()
    with pytest.raises(EOFError):
        _worker.read(reader)


def test_large_buffers_are_not_copied_into_the_pickle():
    array = np.arange(100_000)
    pickled, buffer = _worker.dumps({"x": array})
    assert len(pickled) < 500
    assert buffer.nbytes == array.nbytes
    back = _worker.loads([bytes(pickled), bytearray(buffer)])
    assert (back["x"] == array).all()


def test_a_local_function_goes_by_value():
    seven = 7
    pytest.importorskip("cloudpickle")
    assert _worker.loads(_worker.dumps(lambda: seven))() == 7


def test_a_local_function_without_cloudpickle(monkeypatch):
    monkeypatch.setitem(sys.modules, "cloudpickle", None)
    with pytest.raises(pickle.PicklingError, match=r"in a script or notebook need `cloudpickle`.*scheduler='threads'"):
        _worker.dumps(lambda: 7)


def test_checkpoint_raises_only_in_a_cancelled_run():
    run = Run()
    assert in_run(run, checkpoint, ()) is None
    run.cancelled = True
    with pytest.raises(Cancelled):
        in_run(run, checkpoint, ())
    assert checkpoint() is None


def test_an_inner_run_looks_at_the_outer_one():
    outer, inner = Run(), Run()
    outer.cancelled = True
    with pytest.raises(Cancelled):
        in_run(outer, in_run, (inner, checkpoint, ()))


def test_inside_task():
    assert in_run(Run(), inside_task, ())
    assert not inside_task()


def test_a_run_that_travels_is_nobodys():
    run = Run()
    run.cancelled = True
    assert not pickle.loads(pickle.dumps(run)).cancelled
