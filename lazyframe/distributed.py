"""A cluster: `Client` of Dask's `distributed`, ours by import.

While a Client is alive, it is the default scheduler of lazyframe: nothing else has to be told.

>>> from lazyframe.distributed import Client                                                       # doctest: +SKIP
>>> client = Client()                      # a local cluster, a worker a core                      # doctest: +SKIP
>>> client = Client("tcp://10.0.0.5:8786") # or one that is there already                          # doctest: +SKIP
"""

from __future__ import annotations

import multiprocessing
import os
import sys
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

    A cluster that it starts listens on the loopback address alone, with all its parts, since whoever reaches one of these can run
    what he likes (`SECURITY.md`). ``host=``, ``interface=`` or ``dashboard_address="0.0.0.0:8787"`` ask for another address.

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
    RuntimeError
        No worker could be started; or the current folder holds a module that Python would run in each of them in the place of
        its own.

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
        if starts:
            _stay_here(kwargs)
        if starts and not {"n_workers", "threads_per_worker", "processes"} & kwargs.keys():
            kwargs |= {"n_workers": available_cores(), "threads_per_worker": 1}
        if starts and kwargs.get("processes") is not False:
            import dask

            preload = kwargs.get("preload", dask.config.get("distributed.worker.preload"))
            kwargs["preload"] = [*([preload] if isinstance(preload, str) else preload or []), dask_setup.__module__]
            _refuse_strange_modules()
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


_LOOPBACK = "127.0.0.1"
_MODULES = (".py", ".pyc", ".so", ".pyd")


def _stay_here(kwargs: dict[str, Any]) -> None:
    """Have a cluster of this machine listen on the loopback address, unless another one was asked for.

    Dask's `LocalCluster` has its dashboard on all addresses; and the workers' servers for HTTP too, where these are threads.
    """
    if any(kwargs.get(name) is not None for name in ("host", "ip", "interface")):
        return
    asked = kwargs.get("dashboard_address", ":8787")
    if asked is None:  # the scheduler's server for HTTP listens all the same, without pages
        kwargs["scheduler_kwargs"] = {"dashboard": False, "dashboard_address": f"{_LOOPBACK}:0"} | (
            kwargs.get("scheduler_kwargs") or {}
        )
    else:
        kwargs["dashboard_address"] = _here(asked)
    if kwargs.get("worker_dashboard_address") is not None or kwargs.get("processes") is False:
        kwargs["worker_dashboard_address"] = _here(kwargs.get("worker_dashboard_address") or ":0")


def _here(address: Any) -> Any:
    """The address of a dashboard, on loopback where it is a port alone."""
    if isinstance(address, int) or (isinstance(address, str) and address.removeprefix(":").isdecimal()):
        return f"{_LOOPBACK}:{str(address).removeprefix(':')}"
    return address


def _is_module(path: str) -> bool:
    """Whether Python would import it: a folder without an ``__init__`` is looked at last, behind Python's own modules."""
    if path.endswith(_MODULES):
        return True
    if "." in os.path.basename(path):
        return False
    try:
        return any(name.startswith("__init__.") and name.endswith(_MODULES) for name in os.listdir(path))
    except OSError:  # no folder, or one that nobody can look into
        return False


def _refuse_strange_modules() -> None:
    """Look for modules in the current folder that would be run in workers and are not run in this program.

    `multiprocessing` starts a process that looks into the current folder first, until it is told its parent's path. So a
    ``pickle.py`` in a folder of data would be run there.
    """
    here = os.getcwd()
    if sys.flags.safe_path or any(os.path.abspath(entry) == here for entry in sys.path):
        return
    known = sys.stdlib_module_names - set(sys.builtin_module_names)
    named = {entry.path: entry.name.partition(".")[0] for entry in os.scandir(here)}
    strange = sorted(name for path, name in named.items() if name in known and _is_module(path))
    if strange:
        raise RuntimeError(
            f"the current folder {here} holds {strange[0]!r}, which Python would run in each worker that starts here, in the "
            "place of its own module of that name. Start the cluster from another folder, or this program with `python -P`."
        )
