// Where each grid's label stands: at the cell that is farthest from any other grid and from the outer line.
import { tone } from "../map/palette.js"
import { comparisonText, isComparing } from "./compare.js"
import { isShown, shortOf } from "./desk.js"

const DEGREE_M = 111320

/** Middle of the roomiest cell of each grid: [{x, y, radiusM}], by position; grids without cells are null. */
export function roomiest(plan, positions, known = []) {
  const places = [...known]
  const metres = toMetres(plan)
  const walls = wallsOf(plan, positions, metres)
  for (const position of positions) places[position] = roomiestOf(plan, position, metres, walls.get(position))
  return places
}

function toMetres(plan) {
  const shrink = Math.cos((plan.y[0] * Math.PI) / 180)
  return {
    x: Float64Array.from(plan.x, (x) => x * DEGREE_M * shrink),
    y: Float64Array.from(plan.y, (y) => y * DEGREE_M),
  }
}

/**
 * What bounds each of the grids: Map position -> [x, y, metres to add]. Cells of others across its line, whose half width
 * is taken off, and its own on the outer line. No cell farther away can be nearer.
 */
function wallsOf(plan, positions, metres) {
  const walls = new Map(positions.map((position) => [position, []]))
  const add = (position, cell, sign) =>
    walls.get(position)?.push([metres.x[cell], metres.y[cell], sign * halfWidth(plan, cell)])
  for (let i = 0; i < plan.borderA.length; i++) {
    const [a, b] = [plan.borderA[i], plan.borderB[i]]
    if (b < 0) add(plan.grid[a], a, 1)
    else if (plan.grid[a] !== plan.grid[b]) {
      add(plan.grid[a], b, -1)
      add(plan.grid[b], a, -1)
    }
  }
  return walls
}

function roomiestOf(plan, position, metres, walls) {
  let best = null
  for (let cell = 0; cell < plan.grid.length; cell++) {
    if (plan.grid[cell] !== position) continue
    const room = roomAt(metres.x[cell], metres.y[cell], walls, best?.radiusM ?? 0)
    if (!best || room > best.radiusM) best = { x: plan.x[cell], y: plan.y[cell], radiusM: room }
  }
  return best
}

const halfWidth = (plan, cell) => Math.min(60, Math.sqrt(plan.area_m2[cell]) / 2)

/** Distance to the nearest wall; gives up as soon as it is known to be below `least`. */
function roomAt(x, y, walls, least) {
  let room = Infinity
  for (const [wx, wy, more] of walls) {
    const distance = Math.hypot(wx - x, wy - y) + more
    if (distance < room) room = distance
    if (room <= least) return room
  }
  return room
}

const URGENCY = { over: 1, under: 1, warn: 2, ok: 3 }

/** Labels for the label layer, the selected grid first, then those out of band. */
export function gridLabels(desk, places) {
  const alive = [...desk.plan.grids.keys()].filter((position) => isShown(desk, position))
  const labels = alive.map((position) => labelOf(desk, position, places[position]))
  const rank = (label) => (label.selected ? 0 : URGENCY[label.tone])
  return labels.filter((label) => label.radiusM !== undefined).sort((one, other) => rank(one) - rank(other))
}

function labelOf(desk, position, place) {
  const { band, totals, grids } = desk.plan
  const households = desk.preview?.households[position] ?? totals.households[position]
  const comparison = isComparing(desk) ? { below: comparisonText(desk, position) ?? "" } : {}
  return {
    ...comparison,
    lat: place?.y,
    lng: place?.x,
    radiusM: place?.radiusM,
    code: shortOf(desk, position),
    households,
    deviation: households - band.target,
    tone: tone(households, band),
    locked: grids[position].locked,
    selected: position === desk.selected,
  }
}
