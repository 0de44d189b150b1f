from __future__ import annotations

import threading

import pytest

from lazyframe.diagnostics.query import current_query, query


def test_a_query_is_of_the_thread_that_asked():
    found = []
    with query() as outer:
        thread = threading.Thread(target=lambda: found.append(current_query()))
        thread.start()
        thread.join()
        with query() as inner:
            assert current_query() is inner is not outer
        assert current_query() is outer
    assert found[0] is not outer


def test_an_error_ends_it():
    with pytest.raises(KeyError), query() as asked:
        raise KeyError
    assert current_query() is not asked
