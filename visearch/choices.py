"""Which catalogue and model answer, and what of it is kept for the next start."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path

from visearch.disk import write_file, writing_to
from visearch.sealed import is_whole, sealed

FILE = "choice.json"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Choice:
    """A catalogue and a model by name, and one sentence that says why these.

    `chosen` is True when a person chose them on the page: then nothing better takes their place by itself.
    """

    catalog: str
    model: str
    reason: str
    chosen: bool = False


def read_choice(home: Path) -> Choice | None:
    """The choice recorded by an earlier start; None when there is none, or its file is damaged."""
    try:
        data = json.loads((home / FILE).read_text("utf-8"))
        if not is_whole(data):
            raise ValueError("it was changed after it was written")
        chosen = data.get("chosen") is True
        return Choice(str(data["catalog"]), str(data["model"]), str(data["reason"]), chosen)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        logger.warning("%s is not used: %s", home / FILE, error)
        return None


def record_choice(home: Path, choice: Choice | None) -> None:
    """Remembers the choice for the next start, offline too; None forgets the one that was remembered.

    Raises StoreError when the disk is full or cannot be written; then what was remembered before is.
    """
    with writing_to(home):
        if choice is None:
            (home / FILE).unlink(missing_ok=True)
            return
        home.mkdir(parents=True, exist_ok=True)
        write_file(home / FILE, json.dumps(sealed(asdict(choice))).encode())
