"""visearch: visual product search over a catalogue, by photo and by words."""

import os

# After every product of matrices numpy's threads wait for the next one busily, for about 25 ms, and take the cores from
# the encoder: a photo query took 85 instead of 55 ms on two cores. Read by OpenBLAS when numpy is first imported.
os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "4")

__version__ = "0.1.0"
