"""visearch: visual product search over a catalogue, by photo and by words."""

__version__ = "0.1.0"
