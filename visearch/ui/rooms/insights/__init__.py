"""The room Insights: how well searching works, how well the catalogue is kept, what people look for."""

from visearch.ui.rooms.insights.room import InsightsRoom

__all__ = ["InsightsRoom"]
