"""Visitors who come at the same time get their own answers, and nothing grows with their number."""

from __future__ import annotations

import re
import threading

import pytest

from tests.trust.visitors import is_photo_of, photo_of
from tests.ui.still import StillLive, engine_of, ready_status
from visearch.engine import SearchEngine
from visearch.ui.desk import Desk
from visearch.ui.photos import Photos
from visearch.ui.trust.blocks import MOST_UNREAD, Blocks
from visearch.ui.trust.visitors import AT_ONCE, BusyError, Visitors


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    return engine_of(tmp_path_factory.mktemp("toy"))


def test_the_markers_tell_visitors_apart() -> None:
    photos = [photo_of(number) for number in range(12)]
    seen = [[is_photo_of(number, data) for number in range(12)] for data in photos]
    assert all(sum(row) == 1 and row[number] for number, row in enumerate(seen))


def test_everybody_gets_their_own_answer(engine: SearchEngine) -> None:
    photos = Photos()
    desk = Desk(StillLive(engine, ready_status(engine)), photos, visitors=Visitors(4))  # type: ignore[arg-type]
    wrong: list[str] = []

    def visit(number: int) -> None:
        key = desk.receive(photo_of(number), visitor=f"v{number}")["photo"]
        for turn in range(3):
            kept = photos.get(key)
            if kept is None or not is_photo_of(number, kept.jpeg):
                wrong.append(f"{number}: another's photo")
            reply = desk.ask({"photo": key, "text": f"red {number} {turn}", "box": "whole"}, visitor=f"v{number}")
            keys = set(re.findall(r"photos/([\w-]{20,})", reply["regions"]["stage"] + reply["regions"]["refine"]))
            if keys != {key} or reply["state"]["text"] != f"red {number} {turn}":
                wrong.append(f"{number}: {keys} {reply['state']['text']}")

    threads = [threading.Thread(target=visit, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_one_visitor_takes_no_more_than_some_turns() -> None:
    visitors = Visitors(at_a_time=8, waiting=8)
    inside, leave = threading.Semaphore(0), threading.Event()

    def stay() -> None:
        with visitors.turn("greedy"):
            inside.release()
            leave.wait(30)

    threads = [threading.Thread(target=stay) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert inside.acquire(timeout=30)
    with pytest.raises(BusyError, match="too much at once"), visitors.turn("greedy"):
        pass
    with visitors.turn("patient"):
        pass
    leave.set()
    for thread in threads:
        thread.join()
    with visitors.turn("greedy"):
        pass


def test_who_waits_too_long_is_told() -> None:
    visitors = Visitors(at_a_time=1, waiting=1, patience_s=0.01)
    with visitors.turn("first"), pytest.raises(BusyError, match="Many people"), visitors.turn("second"):
        pass
    with visitors.turn("second"):
        pass


def test_photos_take_bounded_memory() -> None:
    photos = Photos(most_bytes=40_000)
    for number in range(40):
        photos.add(photo_of(number % 4))
    assert sum(len(photo.jpeg) for photo in photos._kept.values()) <= 40_000 and len(photos._decoded) <= 8


def test_gradio_keeps_no_input_and_few_answers() -> None:
    import gradio as gr

    def search(image: str = "") -> dict[str, bool]:
        return {"ok": True}

    with Blocks(analytics_enabled=False) as demo:
        gr.api(search, api_name="search")
    demo.queue()
    demo.bound_memory()
    assert demo._queue.pending_messages_per_session.max_size == MOST_UNREAD
    function = next(iter(demo.fns.values()))

    class NoState:
        """Whatever is kept in it would be a photo."""

        def __getattr__(self, name: str) -> object:
            raise AssertionError(f"the session's {name} was used")

    photo = "data:image/png;base64,SECRET"
    coroutine = demo.preprocess_data(function, [photo], NoState())
    with pytest.raises(StopIteration) as done:
        coroutine.send(None)
    assert done.value.value == [photo]
    few = demo.preprocess_data(function, [], NoState())
    with pytest.raises(gr.Error, match="takes 1 values") as refused:
        few.send(None)
    assert not refused.value.print_exception and "SECRET" not in str(refused.value)
