// Who is reached and who is not: the ground within the walk as a calm wash, buildings that are not served
// filled by their households, those that a trial point would gain in blue, the chosen one outlined; walls,
// which walks go round, as brown dots.
import { featureAt } from "./hit-test.js"
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
const GAINED = "#3f78d0"
const LOST = "#a92a1c"
const CHOSEN = "#0f5c78"
export const WALL = { stroke: "#7a5230", width: 1.8, dash: [1, 3.5] }
const WALLS = { from: 14.5, clearFrom: 16 }
const WASH = {
  color: "#0b5f6e",
  weight: 1.4,
  opacity: 0.75,
  fillColor: "#2b8c99",
  fillOpacity: 0.12,
  interactive: false,
}
const RADIUS = {
  color: "#36424f",
  weight: 1,
  dashArray: "5 4",
  fillColor: "#36424f",
  fillOpacity: 0.05,
  interactive: false,
}

export const fillOf = (households) => UNCOVERED.findLast(({ from }) => households >= from)?.fill ?? null

export class CoverageLayer extends L.Layer {
  constructor(options) {
    super()
    L.setOptions(this, options)
    this.households = new Map()
    this.changed = new Map()
    this.chosen = null
    this.isVeiled = false
    this.isWalked = false
    this.wash = L.layerGroup()
  }

  onAdd(map) {
    this.stage = stageOf(map)
    const pane = map.getPane("reached") ?? map.createPane("reached")
    pane.style.zIndex = 380
    this.wash.addTo(map)
    const { stage } = this
    this.part = {
      order: 55,
      get source() {
        return stage.ground
      },
      paint: (pen) => this.paint(pen),
    }
    stage.addPart(this.part)
    map.on("click", this.onClick, this)
  }

  onRemove(map) {
    this.wash.remove()
    this.stage.removePart(this.part)
    map.off("click", this.onClick, this)
  }

  onClick({ latlng }) {
    const id = featureAt(this.stage, this.stage.ground, "building", this.stage.toTiles(latlng))
    this.fire("building", { id, latlng })
  }

  /** Show `uncovered` = {building: [], households: []} of /api/coverage. */
  show({ building, households }) {
    this.households = new Map(building.map((id, i) => [id, households[i]]))
    this.stage?.repaint()
  }

  /** Hide the uncovered buildings while shares are painted on the ground; the reached ground too when told. */
  veil(isVeiled, { ground = false } = {}) {
    this.isVeiled = isVeiled
    this._map.getPane("reached").style.display = ground ? "none" : ""
    this.stage?.repaint()
  }

  /** The ground within the walk, GeoJSON; or null. */
  showGround(feature) {
    this.isWalked = true
    this.stage?.repaint()
    this.wash.clearLayers()
    if (feature?.geometry.coordinates.length)
      this.wash.addLayer(L.geoJSON(feature, { style: WASH, pane: "reached", interactive: false }))
  }

  /** Plain circles round all services (columns lon, lat). */
  showRadius({ lon, lat }, radius) {
    this.isWalked = false
    this.stage?.repaint()
    this.wash.clearLayers()
    lon.forEach((x, i) => this.wash.addLayer(L.circle([lat[i], x], { ...RADIUS, radius, pane: "reached" })))
  }

  /** Buildings that a scenario gains and loses, as in /api/coverage/trial; null for none. */
  showChange(answer) {
    this.changed = new Map()
    for (const id of answer?.gained_buildings.building ?? []) this.changed.set(id, GAINED)
    for (const id of answer?.lost_buildings.building ?? []) this.changed.set(id, LOST)
    this.stage?.repaint()
  }

  choose(id) {
    this.chosen = id
    this.stage?.repaint()
  }

  paint(pen) {
    const { building: buildings, line: lines } = pen.features
    for (let i = 0; i < (buildings?.n ?? 0); i++) this.#paintBuilding(pen, buildings, i)
    if (lines && this.isWalked && !this.isVeiled && pen.zoom >= WALLS.from) paintWalls(pen, lines)
  }

  #paintBuilding({ g, px }, buildings, i) {
    const id = buildings.ids[i]
    const fill = this.changed.get(id) ?? (this.isVeiled ? null : fillOf(this.households.get(id) ?? 0))
    const isChosen = id === this.chosen
    if (!fill && !isChosen) return
    if (fill) {
      g.fillStyle = fill
      g.fill(buildings.path(i))
    }
    g.strokeStyle = isChosen ? CHOSEN : OUTLINE
    g.lineWidth = px(isChosen ? 3 : 0.8)
    g.stroke(buildings.path(i))
  }
}

/** Thin and pale while many are in sight. */
function paintWalls({ g, px, zoom }, lines) {
  const isFar = zoom < WALLS.clearFrom
  g.strokeStyle = WALL.stroke
  g.globalAlpha = isFar ? 0.6 : 1
  g.lineWidth = px(isFar ? 1 : WALL.width)
  g.lineCap = "round"
  g.setLineDash(WALL.dash.map((length) => px(length)))
  g.stroke(lines.union("wall", (i) => lines.values.kind[i] === "wall"))
  g.setLineDash([])
  g.globalAlpha = 1
}
