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
import { TileSource } from "./tile-source.js"
import { fillArea, paintInside, strokeBorder, strokeSelected, tintEdge } from "./unit-painting.js"

const L = window.L

export class TerritoryLayer extends L.Layer {
  constructor(options) {
    super(options)
    L.setOptions(this, options)
    this.source = new TileSource(options.url, options)
    this.view = null
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

  /** The plan changed: paint the tiles that hold one of the cells `ids`, or all of them. */
  recolour(ids = null) {
    if (!ids) return this.stage.repaint()
    return this.stage.repaint((tile) => {
      const cells = tile.data.get(this.source)?.cell
      return cells && ids.some((id) => cells.indexOf(id) >= 0)
    })
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
    for (const [position, area] of areas) {
      const paint = this.view.paintOf(position)
      fillArea(pen, area, paint)
      if (paint.edge && pen.features.border) tintEdge(pen, area, this.bordersOf(pen, position), paint.edge)
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
    const into = (map, key, i) => {
      if (!map.has(key)) map.set(key, new Path2D())
      map.get(key).addPath(cells.path(i))
    }
    for (let i = 0; i < cells.n; i++) {
      const position = this.view.gridOf(cells.ids[i])
      if (position >= 0) into(areas, position, i)
      const pattern = this.view.patternOf(cells.ids[i])
      if (pattern) into(special, pattern, i)
    }
    return { areas, special }
  }

  paintHairlines({ g, px, zoom }, areas) {
    if (zoom < 15) return
    g.strokeStyle = "rgba(255,255,255,.9)"
    for (const [position, area] of areas) {
      const active = this.view.active.has(position)
      if (!active && zoom < 17) continue
      g.lineWidth = px(active ? 0.75 : 0.4)
      g.stroke(area)
    }
  }

  paintBuildings(pen) {
    const buildings = pen.features.building
    if (!buildings || !this.view) return
    paintInside(pen, buildings.union("all"))
  }

  bordersOf(pen, position) {
    return this.lines(pen, ([a, b]) => a !== b && (a === position || b === position))
  }

  lines({ features: { border } }, keep) {
    const path = new Path2D()
    for (let i = 0; i < border.n; i++) {
      const sides = this.view.sidesOf(border.ids[i])
      if (sides && keep(sides)) path.addPath(border.path(i))
    }
    return path
  }

  /** Borders of the plan compared with that are none now. */
  paintGone(pen) {
    const { border } = pen.features
    const path = new Path2D()
    for (let i = 0; i < border.n; i++) if (this.view.isGoneBorder(border.ids[i])) path.addPath(border.path(i))
    pen.g.setLineDash([pen.px(5), pen.px(4)])
    strokeBorder(pen, path, { width: 1.6, casing: 0, colour: OVER })
    pen.g.setLineDash([])
  }

  paintBorders(pen) {
    if (!pen.features.border || !this.view) return
    const { selected } = this.view
    strokeBorder(
      pen,
      this.lines(pen, ([a, b]) => b >= 0 && a !== b),
    )
    strokeBorder(
      pen,
      this.lines(pen, ([, b]) => b < 0),
      { width: 3, casing: 6 },
    )
    if (this.view.isComparing) this.paintGone(pen)
    if (selected !== null) strokeSelected(pen, this.bordersOf(pen, selected), this.view.isOut(selected))
    const { grabbed } = this.view
    if (!grabbed) return
    const isGrabbed = ([a, b]) => a !== b && grabbed.includes(a) && grabbed.includes(b)
    strokeBorder(pen, this.lines(pen, isGrabbed), { width: 4, casing: 8, colour: ACCENT })
  }
}
