// Labels of grids with arrows over them: what moves from grid to grid, its caption on a dark pill.
import { boxAround } from "./label-placing.js"
import { LabelLayer } from "./label-layer.js"

const HEAD_PX = 11
const LEAST_PX = 46
const FONT = "600 12px"

export class ArrowLabels extends LabelLayer {
  constructor(options = {}) {
    super(options)
    this.arrows = []
  }

  /** Arrows {from: [lon, lat], to: [lon, lat], words}, the most important first. */
  point(arrows) {
    this.arrows = arrows
    this.redraw()
  }

  draw() {
    const g = this.prepare()
    const placed = this.place(g)
    this.obstacles = placed.map(({ box }) => box)
    super.draw()
    const again = this.canvas.getContext("2d")
    for (const one of placed) drawArrow(again, one)
    for (const one of placed) drawPill(again, one, this.family)
  }

  place(g) {
    g.font = `${FONT} ${this.family}`
    const placed = []
    for (const { from, to, words } of this.arrows) {
      const [a, b] = stretched(this.at(from), this.at(to))
      const width = g.measureText(words).width + 18
      const middle = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }
      const spots = [
        { x: middle.x, y: middle.y - 18 },
        { x: middle.x, y: middle.y + 18 },
        { x: middle.x + width / 2 + 14, y: middle.y },
        { x: middle.x - width / 2 - 14, y: middle.y },
      ]
      const isFree = ({ x, y }) => placed.every(({ box }) => !meets(box, boxAround(x, y, width, 22)))
      const spot = spots.find(isFree) ?? spots[0]
      placed.push({ a, b, words, spot, width, box: boxAround(spot.x, spot.y, width, 22) })
    }
    return placed
  }

  at([lon, lat]) {
    return this._map.latLngToContainerPoint([lat, lon])
  }
}

const meets = ([l, t, r, b], [l2, t2, r2, b2]) => l < r2 && r > l2 && t < b2 && b > t2

/** The two ends, at least so far apart that the arrow can be seen. */
function stretched(a, b) {
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1
  if (length >= LEAST_PX) return [a, b]
  const more = (LEAST_PX - length) / 2 / length
  const [dx, dy] = [(b.x - a.x) * more, (b.y - a.y) * more]
  return [
    { x: a.x - dx, y: a.y - dy },
    { x: b.x + dx, y: b.y + dy },
  ]
}

function drawArrow(g, { a, b }) {
  const angle = Math.atan2(b.y - a.y, b.x - a.x)
  for (const [colour, width] of [
    ["rgba(255,255,255,.92)", 5],
    ["#1b2430", 2],
  ]) {
    g.strokeStyle = g.fillStyle = colour
    g.lineWidth = width
    g.lineCap = "round"
    g.beginPath()
    g.moveTo(a.x, a.y)
    g.lineTo(b.x - Math.cos(angle) * HEAD_PX * 0.7, b.y - Math.sin(angle) * HEAD_PX * 0.7)
    g.stroke()
    g.beginPath()
    g.moveTo(b.x, b.y)
    for (const side of [0.42, -0.42])
      g.lineTo(b.x - HEAD_PX * Math.cos(angle + side), b.y - HEAD_PX * Math.sin(angle + side))
    g.closePath()
    if (width > 2) g.stroke()
    g.fill()
  }
}

function drawPill(g, { spot, width, words }, family) {
  g.beginPath()
  g.roundRect(spot.x - width / 2, spot.y - 11, width, 22, 11)
  g.lineWidth = 2.5
  g.strokeStyle = "#fff"
  g.stroke()
  g.fillStyle = "#1b2430"
  g.fill()
  g.font = `${FONT} ${family}`
  g.textAlign = "center"
  g.textBaseline = "middle"
  g.fillStyle = "#fff"
  g.fillText(words, spot.x, spot.y + 0.5)
}
