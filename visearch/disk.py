"""Writing so that a kill at any moment, or a full disk, leaves the old file or the new one."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path

from visearch.errors import StoreError

_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ELOOP}
_SQLITE_FULL = ("full", "disk i/o error")
_SQLITE_CLOSED = ("unable to open", "readonly", "read-only")


def is_full(error: BaseException) -> bool:
    """Whether the error says that there is no room: disk, quota or file size."""
    if isinstance(error, sqlite3.Error):
        return any(word in str(error).lower() for word in _SQLITE_FULL)
    return isinstance(error, OSError) and error.errno in _FULL


def _is_closed(error: BaseException) -> bool:
    if isinstance(error, sqlite3.Error):
        return any(word in str(error).lower() for word in _SQLITE_CLOSED)
    return isinstance(error, OSError) and error.errno in _CLOSED


@contextlib.contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """Turns a full or unwritable disk into a StoreError that names `folder`; other errors pass."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        if is_full(error):
            raise StoreError(
                f"The disk that holds {folder} is full ({error}). What was there before is unchanged.",
                "Free some space, or set VISEARCH_HOME to a folder on another disk, and run the command again: "
                "it goes on where it stopped.",
            ) from error
        if _is_closed(error):
            raise StoreError(
                f"The folder {folder} cannot be written ({error}).",
                "Give write permission, or set VISEARCH_HOME to a folder that can be written.",
            ) from error
        raise


def write_file(path: Path, data: bytes, durable: bool = True) -> None:
    """Replaces `path` in one step. `durable` also survives a power cut (fsync); a cache need not."""
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if durable:
        sync_folder(path.parent)


def publish(temporary: Path, final: Path) -> None:
    """Moves a finished folder into place after its files have reached the disk."""
    for file in temporary.rglob("*"):
        if file.is_file():
            with file.open("rb+") as handle:
                os.fsync(handle.fileno())
        else:
            sync_folder(file)
    sync_folder(temporary)
    temporary.rename(final)
    sync_folder(final.parent)


def sync_folder(folder: Path) -> None:
    """Makes names in `folder` survive a power cut, where the system knows how (Windows does not)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some network file systems refuse to sync a folder
            os.fsync(handle)
    finally:
        os.close(handle)


def remove(path: Path) -> None:
    """Removes a file, a link or a folder, there or not; what cannot be removed stays."""
    if path.is_dir() and not path.is_symlink():
        remove_folder(path)
    else:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def remove_folder(folder: Path) -> None:
    """Removes what can be removed; on Windows a file that somebody reads stays until the next time."""
    shutil.rmtree(folder, ignore_errors=True)
