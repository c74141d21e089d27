"""The photo field: Gradio's, without its decoder."""

from __future__ import annotations

from abc import ABCMeta
from typing import Any

import gradio as gr

from visearch.ui.texts import Say


def _path(self: Any, payload: Any) -> str | None:
    """The uploaded file as it is: `images.load_image` decodes it, with limits and with words for what is wrong."""
    return payload.path if payload is not None else None


# gr.Image opens every upload with Pillow before a listener sees it, so a broken file would end in a bare
# "Error". Gradio's own metaclass writes a .pyi beside each subclass, hence the plain one; with `is_template`
# the browser is told the parent's name.
_PathImage: Any = ABCMeta.__new__(type(gr.Image), "Image", (gr.Image,), {"preprocess": _path, "is_template": True})


def build_photo(say: Say) -> Any:
    """Upload, drop, paste or camera."""
    return _PathImage(
        label=say("photo"),
        show_label=False,
        type="filepath",
        image_mode=None,
        format="jpeg",
        sources=["upload", "webcam", "clipboard"],
        placeholder=say("photo_hint"),
        buttons=[],
        height=236,
        elem_id="photo",
        scale=0,
        min_width=300,
        webcam_options=gr.WebcamOptions(mirror=False),
    )
