"""Indices by time: a template makes them when their first document comes, a policy deletes them when they are old."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class TimedIndices:
    """Those whose names begin alike: `name-...`. Each is deleted so many days after it was made."""

    name: str
    properties: Mapping[str, Any]
    kept_days: int
    analysis: Mapping[str, Any] = field(default_factory=dict)
    shards: int = 3

    @property
    def pattern(self) -> str:
        """All of them."""
        return f"{self.name}-*"

    def template(self, refresh_interval_ms: int, replicas: int) -> dict[str, Any]:
        """Strict mapping, required routing."""
        return {
            "index_patterns": [self.pattern],
            "template": {
                "settings": {
                    "number_of_shards": self.shards,
                    "number_of_replicas": replicas,
                    "refresh_interval": f"{refresh_interval_ms}ms",
                    "analysis": self.analysis,
                },
                "mappings": {"dynamic": "strict", "_routing": {"required": True}, "properties": self.properties},
            },
        }

    def policy(self) -> dict[str, Any]:
        """As the engine's index state management takes it."""
        old = {"state_name": "delete", "conditions": {"min_index_age": f"{self.kept_days}d"}}
        return {
            "policy": {
                "description": f"{self.pattern}: deleted after {self.kept_days} days",
                "default_state": "hot",
                "states": [
                    {"name": "hot", "actions": [], "transitions": [old]},
                    {"name": "delete", "actions": [{"delete": {}}], "transitions": []},
                ],
                "ism_template": [{"index_patterns": [self.pattern], "priority": 1}],
            }
        }
