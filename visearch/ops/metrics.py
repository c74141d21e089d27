"""Numbers for Prometheus, where VISEARCH_METRICS=1 asks for them; without it nothing is collected."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from visearch import tally
from visearch.ops import asked
from visearch.ops.asked import Asked
from visearch.packages import optional

VARIABLE = "VISEARCH_METRICS"
PACKAGE = "prometheus-client"
BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper ends of the histograms, in seconds: stages take from one millisecond to some seconds."""
STATES = ("starting", "indexing", "ready", "switching", "failed")
TALLY_HTTP = "http"
"""The tally of answers by status, beside those of caches."""
_TRUE = {"1", "true", "yes", "on"}


@dataclass(frozen=True)
class Gauges:
    """What is read at the moment of asking. `state` is one of STATES; `ready` whether an engine answers.

    `working` questions have a turn of `turns`, `waiting` wait for one; `queued` are calls in Gradio's queue.
    """

    state: str = "starting"
    ready: bool = False
    products: int = 0
    generation: int = 0
    working: int = 0
    waiting: int = 0
    turns: int = 0
    queued: int = 0


def wanted(env: Mapping[str, str] | None = None) -> bool:
    """Whether VISEARCH_METRICS asks for them."""
    return (os.environ if env is None else env).get(VARIABLE, "").strip().lower() in _TRUE


class Metrics:
    """Counts questions from when it is made until `close`, and reads everything else when it is asked.

    Raises VisearchError with the install command when the package is missing.
    """

    def __init__(self, gauges: Callable[[], Gauges], version: str) -> None:
        self._client = optional("prometheus_client", PACKAGE, f"{VARIABLE}=1", f"unset {VARIABLE}")
        self._core = optional("prometheus_client.core", PACKAGE, f"{VARIABLE}=1")
        self._gauges = gauges
        registry = self._registry = self._client.CollectorRegistry()
        histogram, counter = self._client.Histogram, self._client.Counter
        of_stage = ("visearch_stage_seconds", "Time of one stage of an answer.", ["stage"])
        self._stages = histogram(*of_stage, buckets=BUCKETS_S, registry=registry)
        of_search = ("visearch_search_seconds", "Time of a whole question, with waiting.", ["door", "kind"])
        self._totals = histogram(*of_search, buckets=BUCKETS_S, registry=registry)
        of_kind = ("visearch_searches", "Questions by how they ended.", ["door", "kind", "outcome"])
        self._searches = counter(*of_kind, registry=registry)
        self._errors = counter("visearch_errors", "Questions that ended with an error.", ["error"], registry=registry)
        self._client.Info("visearch_build", "What runs.", registry=registry).info({"version": version})
        self._client.ProcessCollector(registry=registry)
        registry.register(self)
        asked.listeners.append(self._told)

    def close(self) -> None:
        """Counts no more."""
        if self._told in asked.listeners:
            asked.listeners.remove(self._told)

    @property
    def content_type(self) -> str:
        """Of `text`."""
        return str(self._client.CONTENT_TYPE_LATEST)

    def text(self) -> bytes:
        """All of it in Prometheus's text format."""
        return bytes(self._client.generate_latest(self._registry))

    def _told(self, one: Asked) -> None:
        self._searches.labels(one.door, one.kind, one.status).inc()
        self._totals.labels(one.door, one.kind).observe(one.total_ms / 1000)
        if one.error:
            self._errors.labels(one.error).inc()
        for stage, spent in one.timings_ms.items():
            if stage != "total":
                self._stages.labels(stage).observe(spent / 1000)

    def collect(self) -> Iterator[Any]:
        """What the registry asks for at every reading."""
        counter, gauge = self._core.CounterMetricFamily, self._core.GaugeMetricFamily
        lookups = counter("visearch_cache_lookups", "Looks into a cache.", labels=["cache", "result"])
        answers = counter("visearch_http_answers", "Answers over HTTP by status.", labels=["status"])
        for (what, kind), times in sorted(tally.counts().items()):
            if what == TALLY_HTTP:
                answers.add_metric([kind], times)
            else:
                lookups.add_metric([what, kind], times)
        yield from (lookups, answers)
        now = self._gauges()
        state = gauge("visearch_state", "1 for what the app is doing.", labels=["state"])
        for name in STATES:
            state.add_metric([name], float(name == now.state))
        yield state
        for name, told, value in (
            ("ready", "1 while an engine answers.", now.ready),
            ("products", "Products of the catalogue that answers.", now.products),
            ("index_generation", "Grows whenever another index starts to answer.", now.generation),
            ("turns_in_use", "Questions that are being worked on.", now.working),
            ("turns_waiting", "Questions that wait for a turn.", now.waiting),
            ("turns", "Questions that can be worked on side by side.", now.turns),
            ("queue_depth", "Calls of the HTTP functions that wait in the queue.", now.queued),
        ):
            yield gauge(f"visearch_{name}", told, value=float(value))
