// Our own base map from imported OpenStreetMap: land, water, green, buildings, streets, rails.
// It paints in three parts, so that the plan lies between the land and the town.
import { GROUND } from "./palette.js"
import { stageOf } from "./stage.js"
import { TileSource } from "./tile-source.js"

const L = window.L

/** True width in metres, least width in pixels at zooms 12, 14, 16, 18, and the zoom from which it is drawn. */
const STREETS = [
  { kind: "path", width: 2.2, least: [0, 0, 0, 1.2], from: 17 },
  { kind: "lane", width: 4.5, least: [0, 0.7, 1.8, 3], from: 13.5 },
  { kind: "collector", width: 8.5, least: [0.9, 1.7, 3, 3.5], from: 11.5 },
  { kind: "arterial", width: 15, least: [1.6, 2.8, 4, 5], from: 0 },
]
const CASED_FROM = 14

export class BaseLayer extends L.Layer {
  constructor(options) {
    super(options)
    L.setOptions(this, options)
    this.source = new TileSource(options.url, options)
    this.parts = [
      { order: 10, source: this.source, paint: paintLand },
      { order: 40, source: this.source, paint: paintCover },
      { order: 60, source: this.source, paint: paintStreets },
    ]
  }

  onAdd(map) {
    stageOf(map).ground = this.source
    for (const part of this.parts) stageOf(map).addPart(part)
  }

  onRemove(map) {
    for (const part of this.parts) stageOf(map).removePart(part)
  }

  getAttribution() {
    return this.options.attribution
  }
}

function paintLand(pen) {
  const { g, features } = pen
  g.save()
  pen.wash(GROUND.land)
  g.restore()
  if (!features.building) return
  g.fillStyle = GROUND.building
  g.fill(features.building.union("all"))
}

function paintCover({ g, features, px }) {
  const areas = [
    ["green", GROUND.green, null],
    ["water", GROUND.water, GROUND.waterEdge],
  ]
  for (const [name, fill, edge] of areas) {
    if (!features[name]) continue
    const path = features[name].union("all")
    g.fillStyle = fill
    g.fill(path)
    if (!edge) continue
    g.strokeStyle = edge
    g.lineWidth = px(0.8)
    g.stroke(path)
  }
}

function paintStreets(pen) {
  const { g, features, zoom } = pen
  g.lineCap = "round"
  g.lineJoin = "round"
  if (features.street) {
    const drawn = STREETS.filter((street) => zoom >= street.from)
    if (zoom >= CASED_FROM)
      for (const street of drawn) strokeStreets(pen, street, GROUND.casing, casingPx(zoom))
    for (const street of drawn) strokeStreets(pen, street, GROUND.road, 0)
  }
  if (features.line) paintRails(pen)
}

const casingPx = (zoom) => (zoom >= 16 ? 1.6 : 1.1)

function strokeStreets({ g, features, zoom, px, metre }, { kind, width, least }, colour, extra) {
  const path = features.street.union(kind, (i) => features.street.values.class[i] === kind)
  g.strokeStyle = colour
  g.lineWidth = Math.max(px(leastAt(least, zoom)), width * metre) + px(extra)
  g.setLineDash(kind === "path" && !extra ? [px(3), px(3)] : [])
  if (kind === "path" && extra) return
  g.stroke(path)
}

/** The least width between the four zooms of the table. */
export function leastAt(least, zoom) {
  const step = Math.max(0, Math.min(2.999, (zoom - 12) / 2))
  const i = Math.floor(step)
  return least[i] + (least[i + 1] - least[i]) * (step - i)
}

function paintRails({ g, features, px }) {
  const rails = features.line.union("rail", (i) => features.line.values.kind[i] === "rail")
  g.lineCap = "butt"
  g.strokeStyle = GROUND.rail
  g.lineWidth = px(3)
  g.setLineDash([])
  g.stroke(rails)
  g.strokeStyle = GROUND.road
  g.lineWidth = px(1.6)
  g.setLineDash([px(6), px(6)])
  g.stroke(rails)
  g.setLineDash([])
}
