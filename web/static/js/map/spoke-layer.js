// Straight lines from places to the centres they belong to, on a white casing; thin enough to read the town through.
const L = window.L
const CASING = { color: "#fff", weight: 4.5, opacity: 0.85, interactive: false }

export class SpokeLayer extends L.Layer {
  constructor() {
    super()
    this.lines = L.layerGroup()
  }

  onAdd(map) {
    const pane = map.getPane("spokes") ?? map.createPane("spokes")
    pane.style.zIndex = 396
    this.lines.addTo(map)
  }

  onRemove() {
    this.lines.remove()
  }

  /** Show [{from: {lat, lng}, to: {lat, lng}, colour, dash}]; none clears. */
  show(spokes) {
    this.lines.clearLayers()
    for (const { from, to } of spokes) this.#add(from, to, CASING)
    for (const { from, to, colour, dash = null } of spokes) {
      this.#add(from, to, { color: colour, weight: 2, dashArray: dash, interactive: false })
      const dot = { radius: 3.2, color: "#fff", weight: 1.2, fillColor: colour, fillOpacity: 1 }
      this.lines.addLayer(L.circleMarker(from, { ...dot, pane: "spokes", interactive: false }))
    }
  }

  #add(from, to, style) {
    this.lines.addLayer(L.polyline([from, to], { ...style, pane: "spokes" }))
  }
}
