// Trial points: marks that can be dragged or moved by the arrow keys, and the ground within their walk.
import { svg } from "../dom.js"

const L = window.L
const STEP_PX = 10
const RING = {
  color: "#0b57d0",
  weight: 1.8,
  dashArray: "3 4",
  fillColor: "#0b57d0",
  fillOpacity: 0.05,
  interactive: false,
}
const ARROWS = {
  ArrowUp: [0, -STEP_PX],
  ArrowDown: [0, STEP_PX],
  ArrowLeft: [-STEP_PX, 0],
  ArrowRight: [STEP_PX, 0],
}

function mark() {
  return svg(
    "svg",
    { viewBox: "0 0 30 38", width: 30, height: 38, "aria-hidden": "true" },
    svg("path", {
      d: "M15 37C15 37 2 23 2 14a13 13 0 0 1 26 0c0 9-13 23-13 23z",
      fill: "#0b57d0",
      stroke: "#fff",
      "stroke-width": 2,
    }),
    svg("path", { d: "M9 14h12M15 8v12", stroke: "#fff", "stroke-width": 2.6, "stroke-linecap": "round" }),
  )
}

export class TrialLayer extends L.Layer {
  constructor({ label }) {
    super()
    this.label = label
    this.marks = L.layerGroup()
    this.rings = L.layerGroup()
  }

  onAdd(map) {
    this.map = map
    const pane = map.getPane("trial") ?? map.createPane("trial")
    pane.style.zIndex = 395
    this.rings.addTo(map)
    this.marks.addTo(map)
  }

  onRemove() {
    this.rings.remove()
    this.marks.remove()
  }

  /** Show marks at [{lat, lng}]; the one to `focus`, by number, takes the keyboard. */
  show(points, focus = null) {
    this.marks.clearLayers()
    points.forEach((latlng, i) => this.#add(latlng, i, i === focus))
  }

  /** The rings of /api/coverage/trial; null for none. */
  showRings(answer) {
    this.rings.clearLayers()
    for (const feature of answer?.polygons.features ?? [])
      this.rings.addLayer(L.geoJSON(feature, { style: RING, pane: "trial", interactive: false }))
  }

  /** What the trial gains, beside the mark that was put or moved last. */
  say(i, words) {
    this.marks.getLayers().forEach((mark, k) => {
      if (k !== i) mark.unbindTooltip()
      else if (mark.getTooltip()) mark.setTooltipContent(words)
      else
        mark.bindTooltip(words, {
          permanent: true,
          direction: "right",
          offset: [12, -22],
          className: "trial-gain",
        })
    })
  }

  #add(latlng, i, focused) {
    const icon = L.divIcon({
      html: mark(),
      className: "service-mark",
      iconSize: [30, 38],
      iconAnchor: [15, 37],
    })
    const options = {
      icon,
      draggable: true,
      autoPan: true,
      title: this.label(i + 1),
      alt: this.label(i + 1),
      zIndexOffset: 2000,
    }
    const marker = L.marker(latlng, options)
    const moved = () => this.fire("moving", { i, latlng: marker.getLatLng() })
    marker.on("drag dragend", moved)
    marker.on("add", () => {
      const element = marker.getElement()
      L.DomEvent.on(element, "keydown", (event) => this.#keys(event, marker, i, moved))
      if (focused) element.focus({ preventScroll: true })
    })
    this.marks.addLayer(marker)
  }

  #keys(event, marker, i, moved) {
    if (event.key === "Delete" || event.key === "Backspace") this.fire("remove", { i })
    const step = ARROWS[event.key]
    if (!step) return
    L.DomEvent.stop(event)
    const at = this.map.latLngToContainerPoint(marker.getLatLng()).add(step)
    marker.setLatLng(this.map.containerPointToLatLng(at))
    moved()
  }
}
