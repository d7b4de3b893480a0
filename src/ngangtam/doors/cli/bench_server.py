"""A web server of a benchmark: a port for it, and waiting until it answers."""

import socket
import subprocess
import time


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, web: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers. Errors: RuntimeError when it ended, or after a minute."""
    for _ in range(600):
        if web.poll() is not None:
            raise RuntimeError("the web server did not start")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the web server does not answer")
