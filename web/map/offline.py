"""A Folium map without a foreign host, an inline script or a view of its own."""

from __future__ import annotations

import folium
from branca.element import MacroElement
from folium.template import Template

LEAFLET_JS = "/static/vendor/leaflet/leaflet.js"
LEAFLET_CSS = "/static/vendor/leaflet/leaflet.css"


class OfflineMap(folium.Map):  # type: ignore[misc]
    """Leaflet from our own server, and a name that is the same every time.

    It has no centre: layers wait until the page shows the bounds of what it was given to show.
    """

    _template = Template(
        """
        {% macro html(this, kwargs) %}
        <div class="folium-map" id={{ this.get_name()|tojson }}></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        const {{ this.get_name() }} = L.map(
          {{ this.get_name()|tojson }}, {{ this.options|tojavascript }});
        {{ this.get_name() }}.attributionControl.setPrefix(false);
        {% endmacro %}
        """
    )
    default_js = [("leaflet", LEAFLET_JS)]  # noqa: RUF012
    default_css = [("leaflet_css", LEAFLET_CSS)]  # noqa: RUF012

    def __init__(self, *, min_zoom: int, max_zoom: int) -> None:
        super().__init__(tiles=None, prefer_canvas=True, zoom_control=False)
        self._id = "gg"
        self.get_root().html._children.clear()
        del self.options["zoom"]
        self.options |= {"min_zoom": min_zoom, "max_zoom": max_zoom, "world_copy_jump": False}


class Scale(MacroElement):  # type: ignore[misc]
    """The scale in round metres, bottom right."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        L.control.scale({ metric: true, imperial: false, position: "bottomright" })
          .addTo({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self) -> None:
        super().__init__()
        self._name, self._id = "Scale", "gg"


class Attribution(MacroElement):  # type: ignore[misc]
    """Whose data the map is drawn from, as its licence asks; on screen and in print."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        {{ this._parent.get_name() }}.attributionControl.addAttribution({{ this.text|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, text: str) -> None:
        super().__init__()
        self._name, self._id, self.text = "Attribution", "gg", text


class ModuleLayer(MacroElement):  # type: ignore[misc]
    """A layer that an ES module of ours draws: Folium says which, in what order, with what URL."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        pending.push(import({{ this.module|tojson }}).then(({ {{ this.kind }} }) => {
          layers[{{ this.key|tojson }}] = new {{ this.kind }}({{ this.options|tojavascript }})
            .addTo({{ this._parent.get_name() }});
        }));
        {% endmacro %}
        """
    )

    def __init__(self, key: str, *, module: str, kind: str, options: dict[str, str | int]) -> None:
        super().__init__()
        self._name, self._id = "ModuleLayer", key
        self.key, self.module, self.kind, self.options = key, module, kind, options
