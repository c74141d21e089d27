"""How well a catalogue is searched: metrics, labelled queries, reports, baselines."""

from visearch.evaluate.against import against, read_document, to_lines
from visearch.evaluate.confidence import Off, off_catalog
from visearch.evaluate.report import write_report
from visearch.evaluate.result import Evaluation, Judged, to_table
from visearch.evaluate.run import Searcher, evaluate

__all__ = [
    "Evaluation",
    "Judged",
    "Off",
    "Searcher",
    "against",
    "evaluate",
    "off_catalog",
    "read_document",
    "to_lines",
    "to_table",
    "write_report",
]
