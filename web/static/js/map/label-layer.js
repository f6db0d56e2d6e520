// Names on one canvas above the map: grids first, then streets; none overlaps another.
import { boxesAlong, takenGround } from "./label-placing.js"
import { drawGridLabel, gridLabelBoxes } from "./grid-label.js"
import { isChinese, namedStretches, placesOn, spacing } from "./street-names.js"
import { stageOf } from "./stage.js"

const L = window.L
const STREET_FONT_PX = 10.5
const MARGIN = 0.15

export class LabelLayer extends L.Layer {
  constructor(options = {}) {
    super(options)
    L.setOptions(this, options)
    this.labels = []
    this.obstacles = []
  }

  onAdd(map) {
    this.canvas = document.createElement("canvas")
    this.canvas.className = "labels-canvas leaflet-zoom-hide"
    map.getPanes().overlayPane.append(this.canvas)
    map.on("moveend zoomend resize viewreset", this.redraw, this)
    stageOf(map).on("painted", this.redraw, this)
    this.redraw()
  }

  onRemove(map) {
    this.canvas.remove()
    map.off("moveend zoomend resize viewreset", this.redraw, this)
    stageOf(map).off("painted", this.redraw, this)
  }

  /** Labels {lat, lng, code, households, deviation, tone, radiusM, locked, selected}, most important first. */
  show(labels) {
    this.labels = labels
    this.redraw()
  }

  /** Boxes in container pixels that labels must leave free (live chips). */
  avoid(boxes) {
    this.obstacles = boxes
    this.redraw()
  }

  redraw() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null
      if (this._map?._loaded) this.draw()
    })
  }

  draw() {
    const g = this.prepare()
    const taken = takenGround()
    taken.take(this.obstacles)
    for (const label of this.labels) this.drawGrid(g, taken, label)
    this.drawStreets(g, taken)
  }

  prepare() {
    const map = this._map
    const size = map.getSize()
    const ratio = Math.min(window.devicePixelRatio || 1, 2)
    this.shift = size.multiplyBy(MARGIN).round()
    const whole = size.add(this.shift.multiplyBy(2))
    this.canvas.width = whole.x * ratio
    this.canvas.height = whole.y * ratio
    Object.assign(this.canvas.style, { width: `${whole.x}px`, height: `${whole.y}px` })
    L.DomUtil.setPosition(this.canvas, map.containerPointToLayerPoint(this.shift.multiplyBy(-1)))
    const g = this.canvas.getContext("2d")
    g.setTransform(ratio, 0, 0, ratio, this.shift.x * ratio, this.shift.y * ratio)
    this.family = getComputedStyle(map.getContainer()).fontFamily
    return g
  }

  drawGrid(g, taken, label) {
    const at = this._map.latLngToContainerPoint([label.lat, label.lng])
    const radius = label.radiusM * this.pixelsPerMetre(label.lat)
    const boxes = gridLabelBoxes(g, label, at, radius, this.family)
    if (!boxes.length || !taken.isFree(boxes)) return
    taken.take(boxes)
    drawGridLabel(g, label, at, radius, this.family)
  }

  pixelsPerMetre(latitude) {
    return (256 * 2 ** this._map.getZoom()) / (40075016.686 * Math.cos((latitude * Math.PI) / 180))
  }

  drawStreets(g, taken) {
    const zoom = this._map.getZoom()
    const origin = this._map.project(this._map.containerPointToLatLng([0, 0]), zoom)
    const apart = spacing()
    g.font = `${STREET_FONT_PX}px ${this.family}`
    g.textAlign = "center"
    g.textBaseline = "middle"
    for (const stretch of namedStretches(stageOf(this._map), zoom)) {
      const gap = isChinese(stretch.name) ? 1.5 : 0
      const width = isChinese(stretch.name)
        ? stretch.name.length * (STREET_FONT_PX + gap)
        : g.measureText(stretch.name).width
      for (const place of placesOn(stretch, width)) {
        const at = { ...place, x: place.x - origin.x, y: place.y - origin.y }
        const boxes = boxesAlong(at.x, at.y, width, STREET_FONT_PX + 4, at.angle)
        if (!apart.isFar(stretch.name, at.x, at.y) || !taken.isFree(boxes)) continue
        taken.take(boxes)
        apart.add(stretch.name, at.x, at.y)
        drawStreetName(g, stretch.name, at, width)
        break
      }
    }
  }
}

function drawStreetName(g, name, { x, y, angle, stacked }, width) {
  g.save()
  g.translate(x, y)
  if (!stacked) g.rotate(angle)
  g.lineWidth = 3
  g.lineJoin = "round"
  g.strokeStyle = "rgba(255,255,255,.92)"
  g.fillStyle = "#5f6b7a"
  if (isChinese(name))
    for (const [i, sign] of [...name].entries()) drawSign(g, sign, i, name.length, width, stacked)
  else {
    g.strokeText(name, 0, 0)
    g.fillText(name, 0, 0)
  }
  g.restore()
}

function drawSign(g, sign, i, n, width, stacked) {
  const along = ((i + 0.5) / n - 0.5) * width
  const [x, y] = stacked ? [0, along] : [along, 0]
  g.strokeText(sign, x, y)
  g.fillText(sign, x, y)
}
