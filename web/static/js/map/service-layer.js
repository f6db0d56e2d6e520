// Service points of one kind, and the walking circle of the chosen one beside its straight circle.
import { svg } from "../dom.js"

const L = window.L
const RINGS = {
  15: { color: "#0b5f6e", weight: 2.3, dashArray: null, fillColor: "#2b8c99", fillOpacity: 0.13 },
  10: { color: "#2b8c99", weight: 1.6, dashArray: "6 4", fillColor: "#2b8c99", fillOpacity: 0.13 },
  5: { color: "#2b8c99", weight: 1.6, dashArray: "1.5 4", fillColor: "#2b8c99", fillOpacity: 0.15 },
}
const ringOf = (minutes) => RINGS[minutes] ?? RINGS[15]
const METRES_A_DEGREE = 111320
const STRAIGHT = { color: "#36424f", weight: 1.25, dashArray: "5 4", fill: false, interactive: false }

const PLUS = "M-5.500 0h11M0-5.500v11"
const CROSS = "M-4.500-4.500l9 9M4.500-4.500l-9 9"
const LOOKS = {
  plain: { size: 18, fill: "#fff", edge: "#0f5c78", sign: PLUS },
  chosen: { size: 30, fill: "#0f5c78", edge: "#fff", sign: PLUS },
  closed: { size: 24, fill: "#5f6b7a", edge: "#fff", sign: CROSS },
}

/** A white disc with a teal cross; the chosen one is teal with a white cross, one that closes grey, crossed out. */
function pointMark(look) {
  const { size, fill, edge, sign } = LOOKS[look]
  const isFilled = edge === "#fff"
  const drawn = svg("svg", { viewBox: "-15 -15 30 30", width: size, height: size, "aria-hidden": "true" })
  drawn.append(
    svg("circle", { r: 12, fill, stroke: edge, "stroke-width": isFilled ? 3 : 3.4 }),
    svg("path", {
      d: sign,
      stroke: isFilled ? "#fff" : edge,
      "stroke-width": 2.6,
      "stroke-linecap": "round",
    }),
  )
  return { drawn, size }
}

export class ServiceLayer extends L.Layer {
  constructor(options) {
    super()
    L.setOptions(this, options)
    this.points = L.layerGroup()
    this.rings = L.layerGroup()
    this.services = null
    this.chosen = null
    this.looks = new Map()
  }

  onAdd(map) {
    const pane = map.getPane("circles") ?? map.createPane("circles")
    pane.style.zIndex = 390
    this.rings.addTo(map)
    this.points.addTo(map)
  }

  onRemove() {
    this.rings.remove()
    this.points.remove()
  }

  /** Show the points of /api/services (columns); none chosen. */
  show(services) {
    this.services = services
    this.chosen = null
    this.rings.clearLayers()
    this.draw()
  }

  /** Draw some services otherwise: id -> "chosen" or "closed"; none: all plain. */
  mark(looks = new Map()) {
    this.looks = looks
    this.draw()
  }

  hide() {
    this.show({ id: [], name: [], lon: [], lat: [] })
  }

  draw() {
    this.points.clearLayers()
    if (!this.services) return
    const { id, name, lon, lat } = this.services
    for (let i = 0; i < id.length; i++) {
      const { drawn, size } = pointMark(id[i] === this.chosen ? "chosen" : (this.looks.get(id[i]) ?? "plain"))
      const icon = L.divIcon({ html: drawn, className: "service-mark", iconSize: [size, size] })
      const marker = L.marker([lat[i], lon[i]], {
        icon,
        title: name[i] ?? "",
        alt: name[i] ?? "",
        riseOnHover: true,
      })
      marker.on("click", () => this.fire("select", { id: id[i] }))
      if (id[i] === this.chosen)
        marker.setZIndexOffset(1000).bindTooltip(tip(name[i]), {
          permanent: true,
          direction: "bottom",
          className: "service-name",
          offset: [0, 12],
        })
      this.points.addLayer(marker)
    }
  }

  /** Draw the circle of /api/services/<id>/circle; the straight one where `straight` gives its caption. */
  showCircle(circle, { straight, captions }) {
    this.chosen = circle.service.id ?? circle.service
    this.rings.clearLayers()
    const widestFirst = [...circle.polygons.features].sort(
      (a, b) => b.properties.minutes - a.properties.minutes,
    )
    for (const [rank, feature] of widestFirst.entries()) {
      this.rings.addLayer(
        L.geoJSON(feature, {
          style: feature === widestFirst[0] ? RINGS[15] : ringOf(feature.properties.minutes),
          pane: "circles",
          interactive: false,
        }),
      )
      this.#caption(feature, rank, captions)
    }
    const i = this.services.id.indexOf(this.chosen)
    if (straight && i >= 0) {
      const centre = [this.services.lat[i], this.services.lon[i]]
      const radius = circle.straight_radius_m
      this.rings.addLayer(L.circle(centre, { ...STRAIGHT, radius, pane: "circles" }))
      const top = centre[0] + radius / METRES_A_DEGREE
      const isSeen = top < this._map.getBounds().getNorth()
      const lat = isSeen ? top : centre[0] - radius / METRES_A_DEGREE
      this.#write([lat, centre[1]], straight.caption, "straight-caption")
    }
    this.draw()
  }

  clearCircle() {
    this.chosen = null
    this.rings.clearLayers()
    this.draw()
  }

  /** The minutes, standing on the ring: the widest in the north, the next in the west, then in the east. */
  #caption(feature, rank, captions) {
    const points = feature.geometry.coordinates.flat(feature.geometry.type === "MultiPolygon" ? 2 : 1)
    if (!points.length) return
    const beyond = [(a, b) => a[1] > b[1], (a, b) => a[0] < b[0], (a, b) => a[0] > b[0]][rank % 3]
    const [lng, lat] = points.reduce((best, point) => (beyond(point, best) ? point : best))
    this.#write([lat, lng], captions[feature.properties.minutes])
  }

  #write(place, words, look = "") {
    const icon = L.divIcon({ html: tip(words), className: `ring-caption ${look}`, iconSize: null })
    this.rings.addLayer(L.marker(place, { icon, interactive: false, keyboard: false }))
  }
}

function tip(text) {
  const words = document.createElement("span")
  words.textContent = text ?? ""
  return words
}
