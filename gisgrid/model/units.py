"""Levels of government as data: any number of levels, named by the district itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class UnitLevel:
    """One level of a preset. `role` says what the product uses it for, if anything."""

    depth: int
    key: str
    name_zh: str
    name_en: str
    geometry: str
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Preset:
    """The levels of one district's system, top first."""

    key: str
    name_zh: str
    name_en: str
    levels: tuple[UnitLevel, ...]

    def depth_of(self, role: str) -> int | None:
        """Depth of the level with `role`, or None where the preset has none."""
        return next((level.depth for level in self.levels if level.role == role), None)


@cache
def presets() -> dict[str, Preset]:
    """The presets that ship with the product (SL4, FQ5, WH5, XF5, JD3, and the default), by key."""
    text = (files("gisgrid.model") / "presets.json").read_text(encoding="utf-8")
    return {
        key: Preset(
            key=key,
            name_zh=preset["zh"],
            name_en=preset["en"],
            levels=tuple(
                UnitLevel(depth, *level) for depth, level in enumerate(preset["levels"], start=1)
            ),
        )
        for key, preset in json.loads(text).items()
    }
