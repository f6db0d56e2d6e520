// One service point under the hand: a mark that is dragged, or moved by the arrow keys.
import { svg } from "../dom.js"

const L = window.L
const STEP_PX = 5
const REST_MS = 700
const ARROWS = {
  ArrowUp: [0, -STEP_PX],
  ArrowDown: [0, STEP_PX],
  ArrowLeft: [-STEP_PX, 0],
  ArrowRight: [STEP_PX, 0],
}

function mark() {
  return svg(
    "svg",
    { viewBox: "0 0 40 40", width: 40, height: 40, "aria-hidden": "true" },
    svg("circle", { cx: 20, cy: 20, r: 17, fill: "#0b57d0", "fill-opacity": 0.16, stroke: "#0b57d0" }),
    svg("circle", { cx: 20, cy: 20, r: 9, fill: "#0b57d0", stroke: "#fff", "stroke-width": 2.4 }),
    svg("path", { d: "M15.500 20h9M20 15.500v9", stroke: "#fff", "stroke-width": 2 }),
  )
}

/** Fires `moved` with {latlng, before} once the mark rests. */
export class EditLayer extends L.Layer {
  onAdd(map) {
    this.map = map
  }

  onRemove() {
    this.clear()
  }

  clear() {
    clearTimeout(this.resting)
    this.marker?.remove()
    this.marker = null
  }

  /** Show the mark at a place; `label` is what a screen reader says. */
  show(latlng, label) {
    this.clear()
    const icon = L.divIcon({
      html: mark(),
      className: "service-mark",
      iconSize: [40, 40],
      iconAnchor: [20, 20],
    })
    const options = { icon, draggable: true, autoPan: true, title: label, alt: label, zIndexOffset: 3000 }
    this.marker = L.marker(latlng, options).addTo(this.map)
    this.rest = this.marker.getLatLng()
    this.marker.on("dragend", () => this.#moved())
    L.DomEvent.on(this.marker.getElement(), "keydown", (event) => this.#keys(event))
  }

  #moved() {
    const latlng = this.marker.getLatLng()
    const before = this.rest
    this.rest = latlng
    this.fire("moved", { latlng, before })
  }

  #keys(event) {
    const step = ARROWS[event.key]
    if (!step) return
    L.DomEvent.stop(event)
    const at = this.map.latLngToContainerPoint(this.marker.getLatLng()).add(step)
    this.marker.setLatLng(this.map.containerPointToLatLng(at))
    clearTimeout(this.resting)
    this.resting = setTimeout(() => this.#moved(), REST_MS)
  }
}
