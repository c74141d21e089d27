"""The page as a whole: head, search view, foot, clock, public functions; and how it is served."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import gradio as gr

from visearch.errors import VisearchError
from visearch.images import MAX_BYTES
from visearch.ui import icons
from visearch.ui.api import add_api
from visearch.ui.events import quietly
from visearch.ui.files import routes
from visearch.ui.handlers import SOON_S, Handlers
from visearch.ui.header import head_html, progress_html
from visearch.ui.search_tab import build_search_tab, wire_search_tab
from visearch.ui.texts import speaker
from visearch.ui.theme import theme

if TYPE_CHECKING:
    from visearch.config import Settings
    from visearch.live import LiveEngine

HERE = Path(__file__).parent


def build_app(live: LiveEngine, settings: Settings) -> gr.Blocks:
    """The page over `live`. Nothing is loaded and nothing starts: `launch` does that."""
    say = speaker()
    handlers = Handlers(live, say)
    status = live.status()
    with gr.Blocks(title=say("app"), analytics_enabled=False, fill_width=True) as demo:
        # First, so that no listener takes the public names.
        add_api(live)
        head = gr.HTML(head_html(status, say), elem_id="head", apply_default_css=False, js_on_load="")
        progress = gr.HTML(progress_html(status, say), elem_id="progress", apply_default_css=False, js_on_load="")
        tab = build_search_tab(say)
        foot = gr.HTML("", elem_id="foot", apply_default_css=False, js_on_load="")
        seen = gr.State((-1, ""))
        clock = gr.Timer(SOON_S)
        wire_search_tab(tab, handlers)
        frame = [head, progress, seen, clock]
        everything = [*frame, foot, *tab.panel.outputs, tab.examples, *tab.answer]
        cheap = {**quietly(), "queue": False}
        demo.load(handlers.refresh, tab.asked, everything, **cheap)
        # The change event of a gr.State does not reach the browser without the queue: the clock does it all.
        clock.tick(handlers.poll, [seen, *tab.asked], everything, **cheap)
    return demo


def _head() -> str:
    icon = quote(icons.LOGO.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))
    return (
        '<meta name="color-scheme" content="light dark">'
        f'<link rel="icon" type="image/svg+xml" href="data:image/svg+xml,{icon}">'
    )


def launch(demo: gr.Blocks, live: LiveEngine, settings: Settings, **kwargs: Any) -> None:
    """Serves the page, then starts `live`; returns when the server ends.

    `kwargs` go to `gr.Blocks.launch`. Raises VisearchError when the port is taken.
    """
    block = not kwargs.pop("prevent_thread_lock", False)
    options: dict[str, Any] = {
        "theme": theme(),
        "css_paths": HERE / "style.css",
        "js": (HERE / "page.js").read_text("utf-8"),
        "head": _head(),
        "footer_links": [],
        "run_history": False,
        "enable_monitoring": False,
        "ssr_mode": False,
        "max_file_size": MAX_BYTES,
        "app_kwargs": {"routes": routes(live)},
        **kwargs,
    }
    try:
        demo.launch(prevent_thread_lock=True, **options)
    except OSError as error:
        port = kwargs.get("server_port") or os.environ.get("GRADIO_SERVER_PORT", "7860-7959")
        raise VisearchError(
            f"The page cannot be served on port {port}: it is taken.",
            "Stop the other program, or choose another port with GRADIO_SERVER_PORT.",
        ) from error
    # Only now, so that loading weights does not hold up the first page.
    live.start()
    if block:
        demo.block_thread()
