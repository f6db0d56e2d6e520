// Shapes of a foreign file on the map: outlines and points, one reading at a time, a place to look at.
const LINE = { color: "#0f5c78", weight: 1.5, fillColor: "#0f5c78", fillOpacity: 0.08 }
const BAD = { color: "#a92a1c", weight: 2, fillColor: "#a92a1c", fillOpacity: 0.15 }
const POINT_PX = 4

const asPoint = (style) => (_, position) =>
  L.circleMarker(position, { ...style, radius: POINT_PX, fillOpacity: 0.7, weight: 1 })

const layerOf = (shape, style) => L.geoJSON(shape, { style: () => style, pointToLayer: asPoint(style) })

/** Pixels of the map that the panel covers on a phone. */
const covered = () => (innerWidth < 720 ? Math.round(innerHeight * 0.6) : 0)

/** What is drawn of a file: `show(shapes)`, `look(place, shape)`, `fit(bounds)`. */
export class Drawn {
  constructor(map) {
    this.map = map
    this.shapes = L.layerGroup().addTo(map)
    this.mark = L.layerGroup().addTo(map)
  }

  /** Draw the shapes of one reading ({bounds, shapes}); the others are told apart by colour. */
  show(drawn, isBad = false) {
    this.shapes.clearLayers()
    if (!drawn?.bounds) return
    layerOf(drawn.shapes, isBad ? BAD : LINE).addTo(this.shapes)
    this.fit(drawn.bounds)
  }

  fit([west, south, east, north]) {
    const pad = 1e-4
    const corners = [
      [south - pad, west - pad],
      [north + pad, east + pad],
    ]
    this.map.fitBounds(corners, { paddingBottomRight: [0, covered()] })
  }

  /** Go to a place, and draw what is wrong there. */
  look(place, shape = null, suggestion = null) {
    this.mark.clearLayers()
    if (shape) layerOf(shape, BAD).addTo(this.mark)
    if (suggestion) layerOf(suggestion, { ...LINE, dashArray: "5 4", weight: 2 }).addTo(this.mark)
    const bounds = shape ? layerOf(shape, BAD).getBounds() : null
    if (place) {
      L.circleMarker([place[1], place[0]], { radius: 11, color: "#a92a1c", weight: 3, fill: false }).addTo(
        this.mark,
      )
    }
    if (bounds?.isValid()) this.map.fitBounds(bounds.pad(0.6), { maxZoom: 18 })
    else if (place) this.map.setView([place[1], place[0]], 17)
  }
}
