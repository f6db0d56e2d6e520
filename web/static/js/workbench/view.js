// How the territory layer sees the plan: saved assignment, the stroke under way, a preview, locks, selection.
import { ABOVE_BAND, CATEGORIES, DEVIATION, deviationClass } from "../map/palette.js"
import { comparisonPaint, isComparing, isGone, isMoved } from "./compare.js"
import { toneOf } from "./desk.js"

export function territoryView(desk) {
  const positionOf = (cell) =>
    sideOf(desk, cell) ??
    desk.pending.get(cell)?.[2] ??
    desk.preview?.wanted.get(cell) ??
    desk.plan.grid[cell]
  return {
    gridOf(id) {
      const cell = desk.plan.indexOf.get(id)
      return cell === undefined ? -1 : positionOf(cell)
    },
    sidesOf(borderId) {
      const i = desk.plan.borderIndex.get(borderId)
      if (i === undefined) return null
      const b = desk.plan.borderB[i]
      return [positionOf(desk.plan.borderA[i]), b < 0 ? -1 : positionOf(b)]
    },
    patternOf(id) {
      const cell = desk.plan.indexOf.get(id)
      if (sideOf(desk, cell) !== undefined) return desk.conflict.shown
      if (desk.falling.has(cell) || desk.blamed.has(cell)) return "gap"
      if (desk.pending.has(cell) || desk.preview?.wanted.has(cell)) return "move"
      if (desk.plan.frozen[cell] && !desk.plan.grids[desk.plan.grid[cell]].locked) return "lock"
      return isComparing(desk) && isMoved(desk, cell) ? "move" : null
    },
    isGoneBorder(borderId) {
      const i = desk.plan.borderIndex.get(borderId)
      return (
        i !== undefined &&
        desk.plan.borderB[i] >= 0 &&
        isGone(desk, desk.plan.borderA[i], desk.plan.borderB[i])
      )
    },
    get isComparing() {
      return isComparing(desk)
    },
    paintOf: (position) => (isComparing(desk) ? comparisonPaint(desk, position) : paintOf(desk, position)),
    isOut: (position) => ["over", "under"].includes(toneOf(desk, position)),
    get grabbed() {
      return desk.grabbed ?? null
    },
    get selected() {
      return desk.selected
    },
    get active() {
      const active = new Set([desk.selected, desk.hovered].filter((position) => position !== null))
      for (const [, from, to] of desk.pending.values()) active.add(from).add(to)
      return active
    },
  }
}

/** The grid of a cell on the side of a conflict that is looked at; undefined where all agree. */
const sideOf = (desk, cell) => desk.conflict?.[desk.conflict.shown].get(cell)

function householdsOf(desk, position) {
  return desk.preview?.households[position] ?? desk.plan.totals.households[position]
}

function paintOf(desk, position) {
  const grid = desk.plan.grids[position]
  const deviation = DEVIATION[deviationClass(householdsOf(desk, position), desk.plan.band)]
  const patterns = [deviation.pattern, grid.locked ? "lock" : null].filter(Boolean)
  if (desk.coloursBy === "deviation") return { fill: deviation.fill, edge: deviation.edge, patterns }
  const category = CATEGORIES[grid.colour % CATEGORIES.length]
  const fill = deviation.tone === "over" ? ABOVE_BAND : category
  return { ...fill, patterns: patterns.map((name) => name.replace("-far", "")) }
}
