// A hundred thousand incidents on one canvas: clusters and marks, or heat. Filtering never asks the server.
import { DEADLINES, placeOf } from "../incidents/block.js"
import { clusters, membersOf } from "./incident-clusters.js"
import { drawHeat } from "./incident-heat.js"
import { drawChosen, drawCluster, drawMark, radiusOf } from "./incident-drawing.js"

const L = window.L
const TOUCH_PX = 6

export class IncidentCanvas extends L.Renderer {
  constructor(options) {
    super({ padding: 0.15, pane: "markerPane", ...options })
    this.block = null
    this.kept = new Uint32Array(0)
    this.items = []
    this.chosen = null
    this.mode = "marks"
    this.spots = []
  }

  onAdd(map) {
    super.onAdd(map)
    map.on("click", this.#press, this)
    map.on("mousemove", this.#hover, this)
  }

  onRemove(map) {
    map.off("click", this.#press, this)
    map.off("mousemove", this.#hover, this)
    super.onRemove(map)
  }

  _initContainer() {
    this._container = document.createElement("canvas")
    this._container.className = "overlay-canvas incident-canvas"
    this.g = this._container.getContext("2d")
  }

  _destroyContainer() {
    this._container.remove()
  }

  _update() {
    if (this._map._animatingZoom && this._bounds) return
    super._update()
    const size = this._bounds.getSize()
    this.ratio = Math.min(window.devicePixelRatio || 1, 2)
    L.DomUtil.setPosition(this._container, this._bounds.min)
    this._container.width = size.x * this.ratio
    this._container.height = size.y * this.ratio
    Object.assign(this._container.style, { width: `${size.x}px`, height: `${size.y}px` })
    this.draw()
  }

  /** Show the rows `kept` of a block; `deadline` says how each row stands. */
  show(block, deadline, kept) {
    Object.assign(this, { block, deadline, kept })
    this.draw()
  }

  setMode(mode) {
    this.mode = mode
    this.draw()
  }

  /** Hot spots to outline: [{lon, lat, radius_m}]. */
  outline(spots) {
    this.spots = spots
    this.draw()
  }

  select(row) {
    this.chosen = row
    this.draw()
  }

  get window() {
    const origin = this._map.getPixelOrigin().add(this._bounds.min)
    const size = this._bounds.getSize()
    return { left: origin.x, top: origin.y, width: size.x, height: size.y }
  }

  draw() {
    if (!this._map || !this._bounds) return
    const { g, ratio, window: view } = this
    g.setTransform(ratio, 0, 0, ratio, 0, 0)
    g.clearRect(0, 0, view.width, view.height)
    if (!this.block) return
    const zoom = this._map.getZoom()
    this.items = []
    if (this.mode === "heat") drawHeat(g, this.block, this.kept, zoom, view)
    else this.#marks(g, zoom, view)
    for (const spot of this.spots) this.#spot(g, view, spot)
    if (this.chosen !== null) this.#chosen(g, zoom, view)
    this.fire("drawn")
  }

  #marks(g, zoom, view) {
    this.items = clusters(this.block, this.deadline, this.kept, zoom, view).sort((a, b) => a.n - b.n)
    for (const item of this.items) {
      g.setTransform(
        this.ratio,
        0,
        0,
        this.ratio,
        (item.x - view.left) * this.ratio,
        (item.y - view.top) * this.ratio,
      )
      if (item.n > 1) drawCluster(g, item)
      else drawMark(g, this.block.column.channel[item.row], DEADLINES[this.deadline[item.row]])
    }
    g.setTransform(this.ratio, 0, 0, this.ratio, 0, 0)
  }

  #chosen(g, zoom, view) {
    const world = 256 * 2 ** zoom
    const { x, y, column } = this.block
    const at = [x[this.chosen] * world - view.left, y[this.chosen] * world - view.top]
    g.setTransform(this.ratio, 0, 0, this.ratio, at[0] * this.ratio, at[1] * this.ratio)
    drawChosen(g)
    drawMark(g, column.channel[this.chosen], DEADLINES[this.deadline[this.chosen]], 1.35)
  }

  #spot(g, view, { lon, lat, radius_m: metres }) {
    const middle = this._map.project([lat, lon])
    const east = this._map.unproject(middle.add([1, 0]))
    const px = Math.max(14, metres / this._map.distance([lat, lon], east))
    g.setTransform(this.ratio, 0, 0, this.ratio, 0, 0)
    g.beginPath()
    g.arc(middle.x - view.left, middle.y - view.top, px, 0, 2 * Math.PI)
    g.lineWidth = 4
    g.strokeStyle = "rgb(255 255 255 / 85%)"
    g.stroke()
    g.lineWidth = 2
    g.setLineDash([6, 4])
    g.strokeStyle = "#583c8c"
    g.stroke()
    g.setLineDash([])
  }

  /** What lies under a point of the map's container, the nearest first. */
  itemAt(point) {
    const world = this._map.getPixelOrigin().add(this._map.containerPointToLayerPoint(point))
    let best = null
    for (const item of this.items) {
      const away = Math.hypot(item.x - world.x, item.y - world.y) - radiusOf(item) - TOUCH_PX
      if (away < 0 && (!best || away < best.away)) best = { away, item }
    }
    return best?.item ?? null
  }

  #press({ containerPoint }) {
    const item = this.itemAt(containerPoint)
    if (!item) return
    if (item.n === 1) this.fire("select", { i: item.row })
    else this.fire("cluster", { rows: membersOf(this.block, this.kept, this._map.getZoom(), item), item })
  }

  #hover({ containerPoint }) {
    this._map.getContainer().classList.toggle("on-mark", this.itemAt(containerPoint) !== null)
  }

  placeOf(row) {
    return placeOf(this.block, row)
  }
}
