// What two scenarios do with their services, on the map: new points, arrows of moves, closed ones crossed out.
import { t } from "../language.js"
import { SpokeLayer } from "../map/spoke-layer.js"
import { svg } from "../dom.js"

const L = window.L
const NEW = "#0b57d0"

function mark(side) {
  const drawn = svg("svg", { viewBox: "0 0 30 38", width: 26, height: 33, "aria-hidden": "true" })
  drawn.append(
    svg("path", {
      d: "M15 37C15 37 2 23 2 14a13 13 0 0 1 26 0c0 9-13 23-13 23z",
      fill: NEW,
      stroke: "#fff",
      "stroke-width": 2,
    }),
  )
  const letter = svg("text", {
    x: 15,
    y: 19,
    fill: "#fff",
    "text-anchor": "middle",
    "font-size": 14,
    "font-weight": 700,
  })
  letter.textContent = side.toUpperCase()
  drawn.append(letter)
  return drawn
}

export class ScenarioMarks {
  constructor(page) {
    this.page = page
    this.points = L.layerGroup().addTo(page.map)
    this.arrows = new SpokeLayer().addTo(page.map)
  }

  clear() {
    this.points.clearLayers()
    this.arrows.show([])
    this.page.layers.services?.mark()
  }

  show({ changes, stations }) {
    this.points.clearLayers()
    const services = this.page.services()
    const at = (id) => services.id.indexOf(id)
    const arrows = []
    for (const side of ["a", "b"]) {
      for (const place of changes[side].opened) this.#add(side, place, t("coverage.new_point"))
      for (const { id, ...place } of changes[side].moved) {
        const i = at(id)
        if (i < 0) continue
        this.#add(side, place, services.name[i] ?? "")
        const from = { lat: services.lat[i], lng: services.lon[i] }
        arrows.push({ from, to: { lat: place.lat, lng: place.lon }, colour: NEW, dash: "5 4" })
      }
    }
    this.arrows.show(arrows)
    const gone = stations.filter(({ id, a, b }) => id !== null && (a === null || b === null))
    const closed = [...gone.map(({ id }) => id), ...changes.a.closed, ...changes.b.closed]
    const moved = ["a", "b"].flatMap((side) => changes[side].moved.map(({ id }) => id))
    this.page.layers.services?.mark(new Map([...closed, ...moved].map((id) => [id, "closed"])))
  }

  #add(side, { lat, lon }, title) {
    const icon = L.divIcon({
      html: mark(side),
      className: "service-mark",
      iconSize: [26, 33],
      iconAnchor: [13, 32],
    })
    this.points.addLayer(
      L.marker([lat, lon], { icon, title, alt: title, interactive: false, zIndexOffset: 1500 }),
    )
  }
}
