"""The log of administrative acts, and the hashed passwords of a private page."""

from __future__ import annotations

import json
import stat
from pathlib import Path

from typer.testing import CliRunner

from visearch import audit
from visearch.cli import app
from visearch.errors import CatalogError
from visearch.passwords import Accounts
from visearch.ui.rooms import Keeper, Rooms


class Room:
    """Does whatever it is told."""

    def do(self, what: str, sent: object, say: object) -> dict[str, object]:
        return {"regions": {}}

    def routes(self) -> list[object]:
        return []


def test_an_act_is_a_line_without_anybody_in_it(tmp_path: Path) -> None:
    audit.record(tmp_path, "index", "done", audit.COMMAND, "shop\nforged\x1b[2J", products=12)
    lines = (tmp_path / audit.FILE).read_bytes().splitlines()
    assert len(lines) == 1 and b"\x1b" not in lines[0]
    entry = json.loads(lines[0])
    assert set(entry) == {"at", "act", "outcome", "by", "catalog", "products"} and entry["catalog"].startswith("shop\n")
    assert stat.S_IMODE((tmp_path / audit.FILE).stat().st_mode) == 0o600


def test_the_newest_come_first_and_damage_is_left_out(tmp_path: Path) -> None:
    audit.record(tmp_path, "index", "done", audit.PAGE)
    with (tmp_path / audit.FILE).open("ab") as file:
        file.write(b"\xff\xfe nonsense\n")
    audit.record(tmp_path, "evaluate", "done", audit.PAGE)
    assert [entry["act"] for entry in audit.read(tmp_path)] == ["evaluate", "index"]
    assert audit.read(tmp_path / "nowhere") == []


def test_the_log_does_not_grow_for_ever(tmp_path: Path) -> None:
    for _ in range(4):
        (tmp_path / audit.FILE).write_bytes(b"{}\n" * (audit.MOST_BYTES // 3))
        audit.record(tmp_path, "index", "done", audit.PAGE)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 3 * audit.MOST_BYTES
    assert len(list(tmp_path.iterdir())) == 2


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / audit.FILE).mkdir()
    audit.record(tmp_path, "index", "done", audit.PAGE)


def test_rooms_write_down_what_changes_something_and_nothing_else(tmp_path: Path) -> None:
    rooms = Rooms({"catalogue": Room()}, Keeper("right"), tmp_path)  # type: ignore[dict-item]
    for do in ("open", "poll", "look", "remove"):
        rooms.call({"room": "catalogue", "do": do, "upload": "spring"})
    assert rooms.call({"room": "catalogue", "do": "unlock", "token": "wrong"})["refused"]
    told = [(entry["act"], entry["outcome"]) for entry in audit.read(tmp_path)]
    assert told == [("catalogue unlock", "refused"), ("catalogue remove", "begun")]
    assert "wrong" not in (tmp_path / audit.FILE).read_text() and audit.read(tmp_path)[1]["catalog"] == "spring"


def test_a_room_names_no_place_of_the_machine(tmp_path: Path) -> None:
    class Lost(Room):
        def do(self, what: str, sent: object, say: object) -> dict[str, object]:
            raise CatalogError(f"There is no table in {tmp_path}/uploads/spring.", f"Look into {tmp_path}.")

    class Shows(Room):
        def do(self, what: str, sent: object, say: object) -> dict[str, object]:
            return {"regions": {"cat-look": f"<p>{tmp_path}/uploads/spring is empty.</p>"}}

    shown = Rooms({"catalogue": Shows()}, Keeper(), tmp_path).call({"room": "catalogue"})  # type: ignore[dict-item]
    assert shown["regions"]["cat-look"] == "<p>VISEARCH_HOME/uploads/spring is empty.</p>"
    told = Rooms({"catalogue": Lost()}, Keeper(), tmp_path).call({"room": "catalogue"})["message"]  # type: ignore[dict-item]
    assert str(tmp_path) not in told and "VISEARCH_HOME/uploads/spring" in told


def test_the_command_makes_entries_that_open_the_page() -> None:
    made = CliRunner().invoke(app, ["password", "anna"], input="correct horse\ncorrect horse\n")
    assert made.exit_code == 0
    entry = made.stdout.strip().splitlines()[-1]
    accounts = Accounts.read(entry)
    assert accounts is not None and accounts.is_user("anna", "correct horse") and "correct" not in entry
    assert not accounts.is_user("anna", "correct hors") and not accounts.is_user("bob", "correct horse")
    token = CliRunner().invoke(app, ["password", "robot", "--token"])
    secret, hashed = token.stderr.split()[-1], token.stdout.strip()
    programs = Accounts.read(f"{entry} {hashed}")
    assert programs is not None and programs.is_token(secret) and not programs.is_token(hashed) and secret not in hashed


def test_a_short_password_or_an_odd_name_is_refused() -> None:
    assert CliRunner().invoke(app, ["password", "anna"], input="short\nshort\n").exit_code == 1
    assert CliRunner().invoke(app, ["password", "an na", "--token"]).exit_code == 1
