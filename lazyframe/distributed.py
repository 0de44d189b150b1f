"""A cluster: `Client` of Dask's `distributed`, ours by import.

While a Client is alive, it is the default scheduler of lazyframe: nothing else has to be told.

>>> from lazyframe.distributed import Client                                                       # doctest: +SKIP
>>> client = Client()                      # a local cluster, a worker a core                      # doctest: +SKIP
>>> client = Client("tcp://10.0.0.5:8786") # or one that is there already                          # doctest: +SKIP
"""

from __future__ import annotations

import multiprocessing
from typing import Any

try:
    import distributed
except ImportError as error:
    raise ImportError(
        "lazyframe.distributed needs Dask's distributed, which is not installed: pip install 'lazyframe-csv[distributed]'"
    ) from error

from lazyframe.executors import VersionMismatchError, available_cores
from lazyframe.executors.distributed import check_versions, dask_setup
from lazyframe.frame.base import Lazy

__all__ = ["Client", "LocalCluster", "VersionMismatchError"]

LocalCluster = distributed.LocalCluster

_UNGUARDED = (
    "no worker could be started. Dask's workers import the script that starts them, so in a script Client() has to stand below\n"
    '    if __name__ == "__main__":\n'
    "Without processes of their own: Client(processes=False). Without a cluster: "
    '.compute(scheduler="processes"), which needs no such line.'
)


class Client(distributed.Client):  # type: ignore[misc]
    """A connection to a cluster, and while it is alive the default scheduler.

    It is Dask's Client (all its arguments and methods hold), with a worker a core where it starts a cluster of this
    machine, and with the workers' version of lazyframe looked at. Dask's own Client does as well.

    Parameters
    ----------
    address : str or cluster, optional
        The scheduler's, ``"tcp://10.0.0.5:8786"``; or a cluster object. Without one, a cluster is started on this machine.
    **kwargs
        As for ``distributed.Client``, which hands what it does not know to ``LocalCluster``: ``n_workers``,
        ``threads_per_worker``, ``memory_limit``, ``dashboard_address``.

    Raises
    ------
    VersionMismatchError
        A machine of the cluster has another lazyframe, or none. Workers that join later are looked at before they are used.
    OSError
        There is no scheduler at that address.

    Examples
    --------
    >>> import lazyframe as lf
    >>> from lazyframe.distributed import Client
    >>> with Client(n_workers=1, processes=False, dashboard_address=None):
    ...     lf.read_csv("data/sample/*.csv").Distance.max().compute()
    np.int64(2586)
    """

    def __init__(self, address: Any = None, *args: Any, **kwargs: Any) -> None:
        starts = address is None and kwargs.get("scheduler_file") is None and not _configured_address()
        if starts and not {"n_workers", "threads_per_worker", "processes"} & kwargs.keys():
            kwargs |= {"n_workers": available_cores(), "threads_per_worker": 1}
        if starts and kwargs.get("processes") is not False:
            import dask

            preload = kwargs.get("preload", dask.config.get("distributed.worker.preload"))
            kwargs["preload"] = [*([preload] if isinstance(preload, str) else preload or []), dask_setup.__module__]
        if starts and getattr(multiprocessing.current_process(), "_inheriting", False):
            raise SystemExit(1)  # a worker that imports the script which starts it: the script says what is wrong, once
        try:
            super().__init__(address, *args, **kwargs)
        except RuntimeError as error:
            if starts and "Nanny failed to start" in str(error):
                raise RuntimeError(_UNGUARDED) from None
            raise
        if not self.asynchronous:
            try:
                check_versions(self, list(self.nthreads()))
            except BaseException:
                self.close()
                raise

    def persist(self, collections: Any, *args: Any, **kwargs: Any) -> Any:
        """As Dask's; lazy frames are kept in partitions on the workers, when their data are found to be as assumed."""
        if isinstance(collections, Lazy):
            return collections.persist(scheduler=self)
        if isinstance(collections, (list, tuple)) and any(isinstance(one, Lazy) for one in collections):
            return type(collections)(self.persist(one, *args, **kwargs) for one in collections)
        return super().persist(collections, *args, **kwargs)


def _configured_address() -> Any:
    """The scheduler that Dask's own settings name."""
    import dask

    return dask.config.get("scheduler-address", None)
