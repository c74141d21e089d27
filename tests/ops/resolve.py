"""Whether requirements.txt can be installed where Spaces run: `python -m tests.ops.resolve`, a minute, needs PyPI.

It asks uv (`pip install uv`) to resolve what a Space installs (requirements.txt, Gradio with the extras that Spaces
give it at the version of the README, `spaces`) for each Python of ZeroGPU and each torch that ZeroGPU names, wheels
only. Nothing is downloaded but metadata.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
PYTHONS = ("3.10.13", "3.12.12")
"""What ZeroGPU runs (https://huggingface.co/docs/hub/spaces-zerogpu)."""
TORCHES = ("2.8.0", "2.9.1", "2.10.0", "2.11.0")
"""ZeroGPU takes 2.8.0 to the latest; these by name, and what is newest in our range."""
PLATFORM = "x86_64-manylinux_2_28"


def front_matter() -> dict[str, object]:
    """What the README tells Spaces."""
    _, block, _ = (ROOT / "README.md").read_text("utf-8").split("---\n", 2)
    read: dict[str, object] = yaml.safe_load(block)
    return read


def resolve(python: str, torch: str = "") -> tuple[bool, str]:
    """(whether it resolves, the versions that matter or what uv says)."""
    wanted = [(ROOT / "requirements.txt").read_text("utf-8")]
    wanted += [f"gradio[oauth,mcp]=={front_matter()['sdk_version']}", "spaces", *([f"torch=={torch}"] if torch else [])]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "space.in"
        file.write_text("\n".join(wanted) + "\n")
        flags = ["--python-version", python, "--python-platform", PLATFORM, "--only-binary", ":all:"]
        done = subprocess.run(
            [sys.executable, "-m", "uv", "pip", "compile", str(file), *flags, "--no-header", "--no-annotate", "-q"],
            capture_output=True,
            text=True,
        )
    if done.returncode:
        return False, done.stderr.strip()
    told = ("torch==", "torchvision==", "gradio==", "spaces==", "numpy==", "openvino==", "transformers==", "datasets==")
    return True, ", ".join(line for line in done.stdout.splitlines() if line.startswith(told))


def main() -> int:
    """1 when one of them does not resolve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--torch", nargs="*", default=["", *TORCHES], help="versions; none means the newest")
    wrong = 0
    for python in PYTHONS:
        for torch in parser.parse_args().torch:
            fits, told = resolve(python, torch)
            wrong += not fits
            print(f"Python {python}, torch {torch or 'newest'}: {'resolves' if fits else 'DOES NOT RESOLVE'}: {told}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
