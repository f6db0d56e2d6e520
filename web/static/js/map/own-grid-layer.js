// A grid leader's own ground: lit, with its line; everything else stays grey.
import { BORDER, GROUND } from "./palette.js"
import { stageOf } from "./stage.js"

const L = window.L
const LIT = "#fcf1cd"
const LIT_BUILDING = "#c8b780"
const LIT_EDGE = "#9c8a52"
const TILE_PX = 512

export class OwnGridLayer extends L.Layer {
  constructor(options) {
    super()
    L.setOptions(this, options)
    this.rings = []
    this.chosen = null
  }

  onAdd(map) {
    this.map = map
    this.stage = stageOf(map)
    let source = null
    map.eachLayer((layer) => {
      if (layer.constructor.name === "BaseLayer") source = layer.source
    })
    this.parts = [
      { order: 30, source, paint: (pen) => this.#paintGround(pen) },
      { order: 50, source, paint: (pen) => this.#paintBuildings(pen) },
      { order: 70, source: null, paint: (pen) => this.#paintLine(pen) },
    ]
    for (const part of this.parts) this.stage.addPart(part)
  }

  onRemove() {
    for (const part of this.parts) this.stage.removePart(part)
  }

  /** Show the border, a GeoJSON Polygon or MultiPolygon in degrees. */
  show(border) {
    const polygons = border.type === "Polygon" ? [border.coordinates] : border.coordinates
    this.rings = polygons.flat()
    this.stage?.repaint()
  }

  /** Point out one building, by id; null for none. */
  choose(id) {
    this.chosen = id
    this.stage?.repaint()
  }

  #outline({ tile, px, g }, source) {
    const { x, y, z } = tile.coords
    const origin = source ? placeOrigin(source, tile) : { left: x * TILE_PX, top: y * TILE_PX }
    const path = new Path2D()
    for (const ring of this.rings) {
      ring.forEach(([lon, lat], i) => {
        const at = this.map.project([lat, lon], z)
        path[i ? "lineTo" : "moveTo"](px(at.x - origin.left), px(at.y - origin.top))
      })
      path.closePath()
    }
    g.lineJoin = "round"
    return path
  }

  #paintGround(pen) {
    pen.g.fillStyle = LIT
    pen.g.fill(this.#outline(pen, this.parts[0].source), "evenodd")
  }

  #paintBuildings(pen) {
    const { g, features, px } = pen
    if (!features.building || !this.rings.length) return
    g.save()
    g.clip(this.#outline(pen, this.parts[1].source), "evenodd")
    g.fillStyle = LIT_BUILDING
    g.strokeStyle = LIT_EDGE
    g.lineWidth = px(0.7)
    g.fill(features.building.union("all"))
    g.stroke(features.building.union("all"))
    const i = this.chosen === null ? -1 : features.building.indexOf(this.chosen)
    if (i >= 0) {
      g.fillStyle = "#0f5c78"
      g.fill(features.building.path(i))
    }
    g.restore()
  }

  #paintLine(pen) {
    const { g, px } = pen
    const path = this.#outline(pen, null)
    for (const [colour, width] of [
      [GROUND.road, 6],
      [BORDER, 3],
    ]) {
      g.strokeStyle = colour
      g.lineWidth = px(width)
      g.stroke(path)
    }
  }
}

/** Where the source's tile begins, in the world's CSS pixels at the tile's zoom. */
function placeOrigin(source, { coords: { x, y, z } }) {
  const native = source.native({ z: z - 1, x, y })
  return { left: native.x * native.scale * TILE_PX, top: native.y * native.scale * TILE_PX }
}
