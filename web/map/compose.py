"""From a page's layers to what its template places: two asset lists, a div, the URL of a script."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from markupsafe import Markup

from gisgrid.errors import NotFound
from web.map.catalogue import MAX_ZOOM, MIN_ZOOM, OPENSTREETMAP, PAGES, LayerSpec
from web.map.offline import Attribution, ModuleLayer, OfflineMap, Scale

_HEAD = "const layers = {};\nconst pending = [];\n"
_READY = """
export const ready = Promise.allSettled(pending).then((loaded) => {
  for (const { reason } of loaded) if (reason) console.error(reason);
  const detail = { map: %(map)s, layers };
  document.dispatchEvent(new CustomEvent("gisgrid:map", { detail }));
  return detail;
});
"""


@dataclass(frozen=True, slots=True)
class ComposedMap:
    """A map as a template places it."""

    page: str
    css: tuple[str, ...]
    js: tuple[str, ...]
    html: Markup
    source: str

    @property
    def script(self) -> str:
        """URL at which `source` is served, as a module."""
        return f"/map/{self.page}.js"


@cache
def compose(page: str, *, openstreetmap: bool = True) -> ComposedMap:
    """The map of `page`, the same text every time; NotFound when the page has none.

    `openstreetmap` says whether anything on it comes from there: its licence then asks for a line.
    """
    if page not in PAGES:
        raise NotFound(f"page {page!r} has no map")
    credit = OPENSTREETMAP if openstreetmap else None
    return compose_layers(page, PAGES[page], credit=credit)


def compose_layers(
    page: str, layers: tuple[LayerSpec, ...], *, credit: str | None = None
) -> ComposedMap:
    """The map of `layers`, for the page of that name."""
    canvas = OfflineMap(min_zoom=MIN_ZOOM, max_zoom=MAX_ZOOM)
    for spec in layers:
        canvas.add_child(
            ModuleLayer(spec.key, module=spec.module_url, kind=spec.kind, options=spec.options)
        )
    canvas.add_child(Scale())
    if credit is not None:
        canvas.add_child(Attribution(credit))
    figure = canvas.get_root()
    figure.render()
    links = [child.url for child in figure.header._children.values() if hasattr(child, "url")]
    return ComposedMap(
        page=page,
        css=tuple(link for link in links if link.endswith(".css")),
        js=tuple(link for link in links if link.endswith(".js")),
        html=Markup(figure.html.render().strip()),  # noqa: S704  constants only
        source=_HEAD + figure.script.render() + _READY % {"map": canvas.get_name()},
    )
