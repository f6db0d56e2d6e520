// Incidents on the map: clustered below street level, single marks above. Filtering never asks the server.
import { Supercluster } from "/static/vendor/supercluster.js"
import { count } from "../number-format.js"
import { deadlineOf, mark, ring } from "./incident-marks.js"

const L = window.L
const SINGLE_FROM_ZOOM = 16
const CLUSTER_PX = 56

const feature = (rows, i) => ({
  type: "Feature",
  geometry: { type: "Point", coordinates: [rows.lon[i], rows.lat[i]] },
  properties: { i, [rows.channel[i]]: 1, overdue: rows.overdue[i] ? 1 : 0 },
})

const add = (sum, one) => {
  for (const key of ["resident", "patrol", "scheduled", "platform", "overdue"]) {
    if (one[key]) sum[key] = (sum[key] ?? 0) + one[key]
  }
}

export class IncidentLayer extends L.Layer {
  constructor(options) {
    super()
    L.setOptions(this, options)
    this.rows = null
    this.chosen = null
    this.marks = new Map()
    this.group = L.layerGroup()
  }

  onAdd(map) {
    this.map = map
    this.group.addTo(map)
    map.on("moveend zoomend", this.draw, this)
  }

  onRemove(map) {
    map.off("moveend zoomend", this.draw, this)
    this.group.remove()
  }

  /** Show the rows (columns of /api/incidents) at the places `kept`. */
  show(rows, kept) {
    this.rows = rows
    this.index = new Supercluster({
      radius: CLUSTER_PX,
      maxZoom: SINGLE_FROM_ZOOM - 1,
      map: ({ i: _, ...p }) => p,
      reduce: add,
    })
    this.index.load(kept.map((i) => feature(rows, i)))
    this.draw()
  }

  select(i) {
    this.chosen = i
    this.draw()
  }

  draw() {
    this.group.clearLayers()
    if (!this.map || !this.index) return
    const b = this.map.getBounds().pad(0.1)
    const box = [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()]
    for (const found of this.index.getClusters(box, Math.round(this.map.getZoom()))) {
      this.group.addLayer(found.properties.cluster ? this.#cluster(found) : this.#single(found))
    }
  }

  #cluster(found) {
    const [lon, lat] = found.geometry.coordinates
    const { point_count: total, overdue } = found.properties
    const { drawn, size } = ring(found.properties, total, overdue, count(total))
    const marker = this.#marker([lat, lon], drawn, size, count(total))
    return marker.on("click", () =>
      this.map.setView([lat, lon], Math.min(this.index.getClusterExpansionZoom(found.id), 18)),
    )
  }

  #single(found) {
    const { i } = found.properties
    const rows = this.rows
    const [lon, lat] = found.geometry.coordinates
    const deadline = deadlineOf({
      closed: rows.closed_at[i],
      overdue: rows.overdue[i],
      dueAt: rows.due_at[i],
    })
    const size = i === this.chosen ? 34 : 24
    const marker = this.#marker(
      [lat, lon],
      mark(rows.channel[i], deadline, size),
      size,
      rows.category[i] ?? "",
    )
    return marker.on("click", () => this.fire("select", { i }))
  }

  #marker(place, drawn, size, title) {
    const icon = L.divIcon({ html: drawn, className: "incident-mark", iconSize: [size, size] })
    return L.marker(place, { icon, keyboard: true, title, alt: title })
  }
}
