"""Four figures above all parts of Insights."""

from __future__ import annotations

import statistics

from visearch.insights.pace import TOTAL
from visearch.ui.rooms.insights.caring import findings_of
from visearch.ui.rooms.insights.office import Office
from visearch.ui.rooms.insights.parts import kind_of, ms_text, of_100
from visearch.ui.rooms.pieces import tile_html
from visearch.ui.texts import Say

AT_ONCE_UP_TO = 5000
"""Products up to which the catalogue's health is looked at whenever the room is opened."""


def glance_html(office: Office, say: Say) -> str:
    """How many products, how often the right one is first, what there is to mend, how long an answer takes."""
    engine = office.live.engine(wait=False)
    manifest = engine.opened.manifest
    hint = say("ins_tile_products_hint", model=engine.model.name)
    tiles = tile_html(say("ins_tile_products"), f"{manifest.products:,}", hint) + _quality(office, say)
    if manifest.products <= AT_ONCE_UP_TO:
        found = sum(findings_of(office.health()).values())
        hint = say("ins_tile_health_hint" if found else "ins_sound")
        tiles += tile_html(say("ins_tile_health"), f"{found:,}", hint)
    return tiles + _pace(office, say)


def _quality(office: Office, say: Say) -> str:
    label, runs = say("ins_tile_quality"), office.runs()
    if not runs or not runs[0].by_kind:
        return tile_html(label, "–", say("ins_tile_unmeasured"))
    kind, figures = next(iter(runs[0].by_kind.items()))
    hint = say("ins_tile_quality_hint", kind=kind_of(kind, say))
    return tile_html(label, say("ins_n_of_100", n=of_100(figures["hit@1"])), hint)


def _pace(office: Office, say: Say) -> str:
    pace = office.watch.pace
    totals = [stage.p50 for stages in pace.stages().values() for stage in stages if stage.name == TOTAL]
    if not totals:
        return tile_html(say("ins_tile_pace"), "–", say("ins_tile_pace_none"))
    return tile_html(say("ins_tile_pace"), ms_text(statistics.median(totals)), say("ins_tile_pace_hint", n=len(pace)))
