"""Processes that do not outlive the one that started them."""

import ctypes
import signal
import sys
from multiprocessing import parent_process


def end_with_parent(number: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel to signal this process when its parent dies, however that comes."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, int(number))  # 1: PR_SET_PDEATHSIG


def end_with_master() -> None:
    """In a worker of a server: die with its master.

    A worker whose master was killed would serve on alone, hold the port, and be replaced by nobody.
    """
    master = parent_process()
    if master is None:
        return  # not a worker: somebody imported us at a terminal
    end_with_parent(signal.SIGKILL)
    if not master.is_alive():
        signal.raise_signal(signal.SIGKILL)
