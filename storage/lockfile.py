"""One process at a time beside a SQLite file: the lock the running bot holds and a restore asks for."""

import contextlib
import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self


class LockedError(Exception):
    """Another process of this program uses the database."""


class LockFile:
    """A lock that ends with the process that holds it, however that process ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    @classmethod
    def beside(cls, database: Path) -> Self:
        """Return the lock of a database file."""
        return cls(database.with_name(f"{database.name}.lock"))

    def acquire(self) -> None:
        """Take the lock at once, or raise `LockedError` naming who holds it."""
        if self._descriptor is not None:
            return
        # The file stays when the lock goes: removing it would let two processes lock two files of one name.
        descriptor = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _pid(descriptor)
            os.close(descriptor)
            raise LockedError(f"another Tertulia{holder} uses this database") from None
        except OSError:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        # Who holds it is only told, never relied on: a full disk must not keep the bot from starting.
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Let go of the lock; nothing happens when it is not held."""
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            os.close(descriptor)

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _pid(descriptor: int) -> str:
    told = os.pread(descriptor, 32, 0).strip()
    return f" (process {int(told)})" if told.isdigit() else ""
