// The walk from a building to a service: a line along the streets with its access legs, and both ends.
const L = window.L
const CASING = { color: "#fff", weight: 7, opacity: 0.95, interactive: false }
const LINE = { color: "#0f5c78", weight: 3.2, interactive: false }

export class WalkLayer extends L.Layer {
  constructor() {
    super()
    this.drawn = L.layerGroup()
  }

  onAdd(map) {
    const pane = map.getPane("walk") ?? map.createPane("walk")
    pane.style.zIndex = 397
    this.drawn.addTo(map)
  }

  onRemove() {
    this.drawn.remove()
  }

  clear() {
    this.drawn.clearLayers()
  }

  /** Draw the GeoJSON line of /api/reach/<building>/<service>, captioned in its middle. */
  show(feature, caption) {
    this.clear()
    const line = feature.geometry.coordinates.map(([lon, lat]) => [lat, lon])
    for (const style of [CASING, LINE]) this.drawn.addLayer(L.polyline(line, { ...style, pane: "walk" }))
    const ends = [line[0], line.at(-1)]
    for (const end of ends)
      this.drawn.addLayer(
        L.circleMarker(end, {
          radius: 4.5,
          color: "#fff",
          weight: 2,
          fillColor: "#0f5c78",
          fillOpacity: 1,
          pane: "walk",
          interactive: false,
        }),
      )
    const words = document.createElement("span")
    words.textContent = caption
    const icon = L.divIcon({ html: words, className: "ring-caption walk-caption", iconSize: null })
    this.drawn.addLayer(
      L.marker(line[Math.floor(line.length / 2)], { icon, interactive: false, keyboard: false }),
    )
  }

  get bounds() {
    const box = L.latLngBounds([])
    this.drawn.eachLayer((layer) => layer.getBounds && layer.getLatLngs && box.extend(layer.getBounds()))
    return box
  }
}
