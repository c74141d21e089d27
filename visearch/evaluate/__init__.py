"""How well a catalogue is searched: metrics, labelled queries, reports, baselines."""

from visearch.evaluate.report import write_report
from visearch.evaluate.result import Evaluation, Judged, to_table
from visearch.evaluate.run import Searcher, evaluate

__all__ = ["Evaluation", "Judged", "Searcher", "evaluate", "to_table", "write_report"]
