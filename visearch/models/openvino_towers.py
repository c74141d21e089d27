"""An encoder's parts run by OpenVINO: two to five times as fast on CPUs as torch, and loaded without it."""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from visearch.errors import ModelError
from visearch.models.towers import Array
from visearch.packages import missing, optional

PACKAGE = "openvino"
F32, BF16 = "f32", "bf16"

_TELEMETRY = "openvino_telemetry"


def has_openvino() -> bool:
    """Whether the package is installed; nothing is imported."""
    return not missing({PACKAGE: PACKAGE})


def best_precision() -> str:
    """bf16 where the CPU multiplies in it, else f32."""
    return BF16 if "BF16" in _core().get_property("CPU", "OPTIMIZATION_CAPABILITIES") else F32


class OpenVinoTowers:
    """Parts read from a folder of `NAME.PLACE.xml` and `.bin`, compiled for the CPU.

    `steps` says of each step of each part whether it is exact: then it runs in float32, else in `precision`. Raises
    ModelError when one cannot be read or compiled.
    """

    def __init__(self, folder: Path, steps: Mapping[str, Sequence[bool]], precision: str) -> None:
        self._precision = precision
        try:
            self._parts = {part: _steps(folder, part, flags, precision) for part, flags in steps.items()}
        except RuntimeError as error:
            raise ModelError(
                f"The exported encoder in {folder} cannot be read ({error}).", "Delete that folder: it is made again."
            ) from error
        self._requests = threading.local()

    @property
    def runtime(self) -> str:
        """`openvino bf16` or `openvino f32`."""
        return f"openvino {self._precision}"

    def run(self, part: str, rows: Array) -> tuple[Array, ...]:
        """See `Towers.run`."""
        found: tuple[Array, ...] = (np.ascontiguousarray(rows),)
        for request in self._own(part):
            outputs = request.infer({0: found[0]}, share_inputs=True, share_outputs=True)
            found = tuple(outputs.values())
        # The request keeps its buffers, the caller gets its own.
        return tuple(np.array(one) for one in found)

    def _own(self, part: str) -> list[Any]:
        """A request holds one call's buffers: each thread has its own."""
        own = vars(self._requests)
        if part not in own:
            own[part] = [step.create_infer_request() for step in self._parts[part]]
        return own[part]


def export(parts: Mapping[str, Sequence[Any]], examples: Mapping[str, Array], folder: Path) -> None:
    """Writes the torch modules of each part's steps in float32, for any number of rows and any length of free axes.

    `examples` are inputs that each part is traced with, at least two rows. Raises whatever OpenVINO raises for what it
    cannot convert.
    """
    openvino = _openvino()
    import torch

    for part, steps in parts.items():
        rows = torch.from_numpy(examples[part][:2])
        for place, step in enumerate(steps):
            with torch.no_grad(), warnings.catch_warnings():
                # Tracing warns of every shape that becomes a constant; the agreement check says whether that did harm.
                warnings.simplefilter("ignore")
                model = openvino.convert_model(step.module, example_input=rows)
                following = step.module(rows)
            shape = [-1 if axis in (0, *step.free) else side for axis, side in enumerate(rows.shape)]
            model.reshape({model.inputs[0]: shape})
            openvino.save_model(model, folder / f"{part}.{place}.xml", compress_to_fp16=False)
            rows = following[0] if isinstance(following, tuple) else following


def _steps(folder: Path, part: str, exact: Sequence[bool], precision: str) -> list[Any]:
    return [_compiled(folder / f"{part}.{n}.xml", F32 if this else precision) for n, this in enumerate(exact)]


def _compiled(file: Path, precision: str) -> Any:
    return _core().compile_model(file, "CPU", {"INFERENCE_PRECISION_HINT": precision, "PERFORMANCE_HINT": "LATENCY"})


def _openvino() -> Any:
    """The package, kept from telling its makers of every import and conversion: nothing here calls anybody.

    Where `openvino_telemetry` cannot be imported, it takes a stub of its own.
    """
    silenced = _TELEMETRY not in sys.modules
    if silenced:
        sys.modules[_TELEMETRY] = None  # type: ignore[assignment]
    try:
        return optional(PACKAGE, PACKAGE, "The fast runtime", error=ModelError)
    finally:
        if silenced:
            del sys.modules[_TELEMETRY]


def _core() -> Any:
    with _lock:
        if not _cores:
            _cores.append(_openvino().Core())
        return _cores[0]


_lock = threading.Lock()
_cores: list[Any] = []
