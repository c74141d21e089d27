"""The commands of `python -m visearch`, by what they are for; `visearch.cli` puts them together."""
