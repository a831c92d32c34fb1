"""Starting other programs: free ports, and children that do not outlive us."""

import ctypes
import signal
import socket
import sys


def free_port() -> int:
    """A port of this machine that nobody listens on right now."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as asked:
        asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            asked.bind((host, port))
        except OSError:
            return False
        return True


def die_with_parent() -> None:
    """For `preexec_fn`: should the parent be killed outright, Linux ends this child too."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)
