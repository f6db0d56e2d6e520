// Buildings that no service of the kind reaches in time, filled by their households.
import { stageOf } from "./stage.js"

const L = window.L

/** Households a building, from light to dark; the outline carries the lightest. */
export const UNCOVERED = [
  { from: 1, fill: "#f7e3b5" },
  { from: 10, fill: "#efc382" },
  { from: 20, fill: "#de9a5b" },
  { from: 30, fill: "#b8663e" },
  { from: 40, fill: "#7f3b2e" },
]
const OUTLINE = "#9c6a3a"

export const fillOf = (households) => UNCOVERED.findLast(({ from }) => households >= from)?.fill ?? null

export class CoverageLayer extends L.Layer {
  constructor(options) {
    super()
    L.setOptions(this, options)
    this.households = new Map()
  }

  onAdd(map) {
    this.stage = stageOf(map)
    let source = null
    map.eachLayer((layer) => {
      if (layer.constructor.name === "BaseLayer") source = layer.source
    })
    this.part = { order: 55, source, paint: (pen) => this.paint(pen) }
    this.stage.addPart(this.part)
  }

  onRemove() {
    this.stage.removePart(this.part)
  }

  /** Show `uncovered` = {building: [], households: []} of /api/coverage. */
  show({ building, households }) {
    this.households = new Map(building.map((id, i) => [id, households[i]]))
    this.stage?.repaint()
  }

  paint({ g, features, px }) {
    const buildings = features.building
    if (!buildings || !this.households.size) return
    g.strokeStyle = OUTLINE
    g.lineWidth = px(0.8)
    for (let i = 0; i < buildings.n; i++) {
      const fill = fillOf(this.households.get(buildings.ids[i]) ?? 0)
      if (!fill) continue
      g.fillStyle = fill
      g.fill(buildings.path(i))
      g.stroke(buildings.path(i))
    }
  }
}
