"""The cluster: a graph of ours handed to the Client of Dask's `distributed`, as it is.

The scheduler of the cluster does what `local.run` does here: it picks the next task, keeps the number of held results
small, runs a merge where its inputs are, and starts anew what a lost worker had. We translate tasks, wait, and
translate what comes back.

    Task scan+mean flights.csv[0:32MiB]   ->   ("scan+mean-<run>", 0, "flights.csv[0:32MiB]"): TaskCall(function, arguments)
    a source that many tasks are given    ->   ("shared-<run>", 0): sent once, then passed from worker to worker

Every run has keys of its own: to cancel one query must not touch an equal one in another thread. What tasks tell of
themselves (to listeners) goes over one topic a client, on which every message carries the key of its task.

=============  ==================================================================
`query`        one run: send, wait, pass on what tasks tell, explain errors
`translation`  tasks of ours as Dask's, and what they share
`tasks`        what runs on a worker
`client`       what is known of a Client: versions, threads, messages
=============  ==================================================================

`distributed` is imported when the first graph goes to a cluster, never before.

See docs/decisions/0067-clusters-get-graphs.md.
"""

from __future__ import annotations

from lazyframe.executors.distributed.client import (
    VersionMismatchError,
    check_versions,
    dask_setup,
    inside_cluster,
    is_client,
    live_client,
    slots,
)
from lazyframe.executors.distributed.query import run
from lazyframe.executors.distributed.tasks import Passed, Passing, TaskCall
from lazyframe.executors.distributed.translation import Held, translate

__all__ = [
    "Held",
    "Passed",
    "Passing",
    "TaskCall",
    "VersionMismatchError",
    "check_versions",
    "dask_setup",
    "inside_cluster",
    "is_client",
    "live_client",
    "run",
    "slots",
    "translate",
]
