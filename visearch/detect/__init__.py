"""Detectors: a photo to the boxes that a shopper may mean. Importing this package does not import torch."""

from visearch.detect.base import MAX_BOXES, Detector, DetectorInfo, DetectorSpec
from visearch.detect.loader import detector_available, load_detector, resolve
from visearch.detect.specs import DETECTORS, detector_spec

__all__ = [
    "DETECTORS",
    "MAX_BOXES",
    "Detector",
    "DetectorInfo",
    "DetectorSpec",
    "detector_available",
    "detector_spec",
    "load_detector",
    "resolve",
]
