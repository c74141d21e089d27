"""`python -m visearch`."""

from visearch.cli import main

main()
