// The grids in force of the whole district. `view`: paintOf(gridId) -> {fill, edge, patterns} or null ·
// selected: grid id or null · isOut(gridId) · isCalm: thin lines, for pages whose own layer makes the statement.
// Communities get the heavier line.
import { featureAt } from "./hit-test.js"
import { stageOf } from "./stage.js"
import { TileSource } from "./tile-source.js"
import { fillArea, paintInside, strokeBorder, strokeSelected, tintEdge } from "./unit-painting.js"

const L = window.L

const CALM = { grid: { width: 0.8, casing: 0, colour: "#6b7683" }, community: { width: 1.6, casing: 3 } }

function linesAt(zoom, isCalm) {
  if (isCalm) return CALM
  if (zoom >= 15) return { grid: { width: 1.7, casing: 4 }, community: { width: 3, casing: 6 } }
  return { grid: { width: 1, casing: 2.2 }, community: { width: 2.2, casing: 4 } }
}

export class DistrictLayer extends L.Layer {
  constructor(options) {
    super(options)
    L.setOptions(this, options)
    this.source = new TileSource(options.url, options)
    this.view = null
    this.parts = [
      { order: 30, source: this.source, paint: (pen) => this.paintFills(pen) },
      { order: 70, source: this.source, paint: (pen) => this.paintBorders(pen) },
    ]
  }

  onAdd(map) {
    this.stage = stageOf(map)
    for (const part of this.parts) this.stage.addPart(part)
    const { stage } = this
    this.inside = {
      order: 50,
      get source() {
        return stage.ground
      },
      paint: (pen) => this.paintBuildings(pen),
    }
    this.stage.addPart(this.inside)
  }

  onRemove() {
    for (const part of [...this.parts, this.inside]) this.stage.removePart(part)
  }

  show(view) {
    this.view = view
    this.stage.repaint()
  }

  /** Show the grids in force on a day; of now for none. */
  on(day) {
    const [address] = this.source.template.split("?")
    this.source.template = day ? `${address}?at=${day}` : address
    this.refresh()
  }

  /** The grids changed on the server: fetch their outlines again. */
  refresh() {
    this.source.use({})
    this.stage?.reload()
  }

  gridAt(latlng) {
    return featureAt(this.stage, this.source, "grid", this.stage.toTiles(latlng))
  }

  paintFills(pen) {
    const grids = pen.features.grid
    if (!grids || !this.view) return
    for (let i = 0; i < grids.n; i++) {
      const paint = this.view.paintOf(grids.ids[i])
      if (!paint) continue
      fillArea(pen, grids.path(i), paint)
      if (paint.edge && pen.zoom >= 14) tintEdge(pen, grids.path(i), grids.path(i), paint.edge)
    }
  }

  /** Buildings of the base map that stand on a coloured grid, drawn again over its fill. */
  paintBuildings(pen) {
    const { g, features, tile } = pen
    const grids = tile.data.get(this.source)?.grid
    if (!features.building || !grids || pen.zoom < 14) return
    g.save()
    g.clip(grids.union("all"))
    paintInside(pen, features.building.union("all"))
    g.restore()
  }

  paintBorders(pen) {
    const { grid, community } = pen.features
    const lines = linesAt(pen.zoom, this.view?.isCalm)
    if (grid) strokeBorder(pen, grid.union("all"), lines.grid)
    if (community) strokeBorder(pen, community.union("all"), lines.community)
    if (!grid || !this.view || this.view.selected === null) return
    const i = grid.indexOf(this.view.selected)
    if (i >= 0) strokeSelected(pen, grid.path(i), this.view.isOut(this.view.selected))
  }
}
