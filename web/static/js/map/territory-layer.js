// The cells of one community, coloured by the plan that `view` describes. The geometry is fetched once; a change of
// the plan repaints only the tiles that hold the moved cells.
//
// view: gridOf(id) -> position or -1 · paintOf(position) -> {fill, edge, patterns} · sidesOf(borderId) -> [position, position
// or -1 outside] or null · patternOf(id) -> name of a hatch on this one cell or null · selected, isOut, active (Set) ·
// grabbed: two positions whose border is in hand, or null · isComparing, isGoneBorder(borderId): borders of another plan,
// to be drawn dashed.
import { ACCENT, OVER } from "./palette.js"
import { cellsInDisc, featureAt, lineNear } from "./hit-test.js"
import { stageOf } from "./stage.js"
import { inTile } from "./tile-part.js"
import { TileSource } from "./tile-source.js"
import { fillArea, paintInside, pathAt, strokeBorder, strokeSelected, tintEdge } from "./unit-painting.js"

const L = window.L
const HAIRLINES_FROM = 15

export class TerritoryLayer extends L.Layer {
  constructor(options) {
    super(options)
    L.setOptions(this, options)
    this.source = new TileSource(options.url, options)
    this.view = null
    this.lit = new Set()
    this.parts = [
      { order: 30, source: this.source, paint: (pen) => this.paintFills(pen) },
      { order: 50, source: this.source, paint: (pen) => this.paintBuildings(pen) },
      { order: 70, source: this.source, paint: (pen) => this.paintBorders(pen) },
    ]
  }

  onAdd(map) {
    this.stage = stageOf(map)
    for (const part of this.parts) this.stage.addPart(part)
  }

  onRemove() {
    for (const part of this.parts) this.stage.removePart(part)
  }

  /** Show the cells of `set` as `view` says. */
  show(set, view) {
    this.view = view
    this.source.use({ set })
    this.stage.reload()
  }

  /** The plan changed: paint where the cells `ids` lie and where grids have become active or ceased to be; or all. */
  recolour(ids = null) {
    const turned = this.turned()
    if (!ids) return this.stage.repaint()
    return this.stage.repaint((tile) => this.shows(tile, turned) || this.boxOf(tile, ids))
  }

  /** Positions of grids that are active now and were not, or were and are not. */
  turned() {
    const before = this.lit
    this.lit = new Set(this.view?.active)
    return new Set(
      [...this.lit, ...before].filter((position) => !this.lit.has(position) || !before.has(position)),
    )
  }

  /** Does a tile draw the cells of one of these grids apart? */
  shows(tile, positions) {
    const cells = positions.size && tile.coords.z >= HAIRLINES_FROM && tile.data.get(this.source)?.cell
    return Boolean(cells) && cells.ids.some((id) => positions.has(this.view.gridOf(id)))
  }

  /** What the cells `ids` cover of a tile, in its pixels; false where none lies in it. */
  boxOf(tile, ids) {
    const cells = tile.data.get(this.source)?.cell
    if (!cells) return false
    const box = [Infinity, Infinity, -Infinity, -Infinity]
    for (const id of ids) {
      const i = cells.indexOf(id)
      if (i < 0) continue
      for (const side of [0, 1]) {
        box[side] = Math.min(box[side], cells.boxes[4 * i + side])
        box[2 + side] = Math.max(box[2 + side], cells.boxes[4 * i + 2 + side])
      }
    }
    return box[0] <= box[2] && inTile(tile, this.source, box)
  }

  /** Id of the cell under a place of the map, null outside. */
  cellAt(latlng) {
    return featureAt(this.stage, this.source, "cell", this.stage.toTiles(latlng))
  }

  /** Ids of the cells under the pointer or with their middle in the disc of `radius` pixels. */
  cellsWithin(latlng, radius) {
    return cellsInDisc(this.stage, this.source, this.stage.toTiles(latlng), radius / this.stage.scale)
  }

  /** Id of the border nearest to a place of the map, of those that `keep(id)` holds; null when none is that near. */
  borderAt(latlng, radius, keep) {
    const reach = radius / this.stage.scale
    return lineNear(this.stage, this.source, "border", this.stage.toTiles(latlng), reach, keep)
  }

  paintFills(pen) {
    const cells = pen.features.cell
    if (!cells || !this.view) return
    const { areas, special } = this.gather(cells)
    const lines = this.bordersByGrid(pen)
    for (const [position, area] of areas) {
      const paint = this.view.paintOf(position)
      fillArea(pen, area, paint)
      if (paint.edge && lines.has(position)) tintEdge(pen, area, lines.get(position), paint.edge)
    }
    this.paintHairlines(pen, areas)
    for (const [name, path] of special) {
      pen.g.fillStyle = pen.pattern(name)
      pen.g.fill(path)
    }
  }

  gather(cells) {
    const areas = new Map()
    const special = new Map()
    for (let i = 0; i < cells.n; i++) {
      const position = this.view.gridOf(cells.ids[i])
      if (position >= 0) cells.trace(pathAt(areas, position), i)
      const pattern = this.view.patternOf(cells.ids[i])
      if (pattern) cells.trace(pathAt(special, pattern), i)
    }
    return { areas, special }
  }

  paintHairlines({ g, px, zoom }, areas) {
    if (zoom < HAIRLINES_FROM) return
    g.strokeStyle = "rgba(255,255,255,.9)"
    const { active } = this.view
    for (const [position, area] of areas) {
      if (!active.has(position) && zoom < 17) continue
      g.lineWidth = px(active.has(position) ? 0.75 : 0.4)
      g.stroke(area)
    }
  }

  paintBuildings(pen) {
    const buildings = pen.features.building
    if (!buildings || !this.view) return
    paintInside(pen, buildings.union("all"))
  }

  /** Position -> the borders around the grid there, as one path: every border is looked at once. */
  bordersByGrid({ features: { border } }) {
    const paths = new Map()
    for (let i = 0; i < (border?.n ?? 0); i++) {
      const sides = this.view.sidesOf(border.ids[i])
      if (!sides || sides[0] === sides[1]) continue
      for (const position of sides) if (position >= 0) border.trace(pathAt(paths, position), i)
    }
    return paths
  }

  /** The borders by what they part: grids of the plan, the plan from what is around it, the selected, the grabbed two. */
  bordersByKind({ features: { border } }) {
    const kinds = { inner: new Path2D(), outer: new Path2D(), selected: new Path2D(), grabbed: new Path2D() }
    const { selected, grabbed } = this.view
    for (let i = 0; i < border.n; i++) {
      const sides = this.view.sidesOf(border.ids[i])
      if (!sides) continue
      const [a, b] = sides
      if (b < 0) border.trace(kinds.outer, i)
      if (a === b) continue
      if (b >= 0) border.trace(kinds.inner, i)
      if (selected !== null && (a === selected || b === selected)) border.trace(kinds.selected, i)
      if (grabbed?.includes(a) && grabbed.includes(b)) border.trace(kinds.grabbed, i)
    }
    return kinds
  }

  /** Borders of the plan compared with that are none now. */
  paintGone(pen) {
    const { border } = pen.features
    const path = new Path2D()
    for (let i = 0; i < border.n; i++) if (this.view.isGoneBorder(border.ids[i])) border.trace(path, i)
    pen.g.setLineDash([pen.px(5), pen.px(4)])
    strokeBorder(pen, path, { width: 1.6, casing: 0, colour: OVER })
    pen.g.setLineDash([])
  }

  paintBorders(pen) {
    if (!pen.features.border || !this.view) return
    const { selected, grabbed } = this.view
    const lines = this.bordersByKind(pen)
    strokeBorder(pen, lines.inner)
    strokeBorder(pen, lines.outer, { width: 3, casing: 6 })
    if (this.view.isComparing) this.paintGone(pen)
    if (selected !== null) strokeSelected(pen, lines.selected, this.view.isOut(selected))
    if (grabbed) strokeBorder(pen, lines.grabbed, { width: 4, casing: 8, colour: ACCENT })
  }
}
