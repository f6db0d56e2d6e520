"""The layers of each page, in drawing order. A new layer is one line here and one ES module."""

from __future__ import annotations

from dataclasses import dataclass, field

MIN_ZOOM, MAX_ZOOM = 9, 20
OPENSTREETMAP = "© OpenStreetMap contributors"


@dataclass(frozen=True, slots=True)
class LayerSpec:
    """A layer: its name in `layers`, the module and class that draw it, constants and URLs."""

    key: str
    module: str
    kind: str
    options: dict[str, str | int] = field(default_factory=dict)

    @property
    def module_url(self) -> str:
        return f"/static/js/map/{self.module}"


def _tiles(path: str, native: int) -> dict[str, str | int]:
    url = f"/api/tiles/{path}/{{z}}/{{x}}/{{y}}.mvt"
    return {"url": url, "min_zoom": MIN_ZOOM, "max_zoom": MAX_ZOOM, "max_native_zoom": native}


BASE = LayerSpec("base", "base-layer.js", "BaseLayer", _tiles("base", 16))
DISTRICT = LayerSpec("district", "district-layer.js", "DistrictLayer", _tiles("district", 16))
TERRITORY = LayerSpec(
    "territory", "territory-layer.js", "TerritoryLayer", _tiles("cells/{set}", 18)
)
SERVICES = LayerSpec(
    "services",
    "service-layer.js",
    "ServiceLayer",
    {"url": "/api/services", "circle": "/api/services/{id}/circle"},
)
COVERAGE = LayerSpec("coverage", "coverage-layer.js", "CoverageLayer", {"url": "/api/coverage"})
INCIDENTS = LayerSpec("incidents", "incident-layer.js", "IncidentLayer", {"url": "/api/incidents"})
ALL_INCIDENTS = LayerSpec("incidents", "incident-canvas.js", "IncidentCanvas")
COMPARISON = LayerSpec("comparison", "comparison-layer.js", "ComparisonLayer")
OWN = LayerSpec("own", "own-grid-layer.js", "OwnGridLayer", {"url": "/api/my"})

PAGES: dict[str, tuple[LayerSpec, ...]] = {
    "overview": (BASE, DISTRICT, SERVICES, INCIDENTS),
    "workbench": (BASE, TERRITORY, SERVICES, INCIDENTS),
    "compare": (BASE, COMPARISON),
    "coverage": (BASE, DISTRICT, COVERAGE, SERVICES),
    "incidents": (BASE, DISTRICT, ALL_INCIDENTS),
    "desk": (BASE, DISTRICT),
    "my": (BASE, OWN),
    "report": (BASE, DISTRICT),
    "imports": (BASE, DISTRICT),
}
"""Page → its layers, first drawn first."""
