// The draft against the plan it was begun from: moved cells under a hatch, borders that are gone dashed in red.
import { find } from "../dom.js"
import { t } from "../language.js"
import { CATEGORIES } from "../map/palette.js"
import { count } from "../number-format.js"
import { listen, tell } from "./desk.js"
import { fetchPlan } from "./gestures.js"

const UNCHANGED = "#fafbf9"
const KEPT_SHARE = 0.62

export function bindCompare(desk) {
  listen(desk, "plan-opened", () => {
    desk.base = null
    find('[data-view="changes"]').hidden = !baseOf(desk)
  })
  listen(desk, "view-chosen", () => desk.coloursBy === "changes" && !desk.base && load(desk))
  listen(desk, "view-chosen plan-changed plan-opened base-loaded", () => showSum(desk))
}

const baseOf = (desk) => desk.plan.replaces ?? desk.plan.base_plan

/** The base plan's grid of each cell, by the grid's code: codes stay when positions do not. */
async function load(desk) {
  const base = await fetchPlan(baseOf(desk))
  const codes = new Map(base.grids.map((grid) => [grid.position, grid.code]))
  const codeOf = new Map(base.cells.id.map((id, i) => [id, codes.get(base.cells.grid[i])]))
  const households = new Map(base.grids.map((grid) => [grid.code, 0]))
  base.cells.id.forEach((id, i) =>
    households.set(codeOf.get(id), households.get(codeOf.get(id)) + base.cells.households[i]),
  )
  desk.base = { name: base.plan.name, households, code: desk.plan.ids.map((id) => codeOf.get(id)) }
  tell(desk, "base-loaded")
  tell(desk, "view-chosen")
}

export const isComparing = (desk) => desk.coloursBy === "changes" && desk.base !== null

const codeNow = (desk, cell) => desk.plan.grids[desk.plan.grid[cell]].code

export const isMoved = (desk, cell) =>
  desk.base.code[cell] !== undefined && desk.base.code[cell] !== codeNow(desk, cell)

/** Was there a border between the two cells in the base plan that is none now? */
export function isGone(desk, a, b) {
  const { base, plan } = desk
  return base.code[a] !== base.code[b] && plan.grid[a] === plan.grid[b]
}

/** Positions of grids that gained or lost cells, kept until the plan changes. */
export function changedGrids(desk) {
  const changed = new Set()
  const position = new Map(desk.plan.grids.map((grid, i) => [grid.code, i]))
  for (let cell = 0; cell < desk.plan.grid.length; cell++) {
    if (!isMoved(desk, cell)) continue
    changed.add(desk.plan.grid[cell])
    changed.add(position.get(desk.base.code[cell]))
  }
  return changed
}

export function comparisonPaint(desk, position) {
  if (!changedGrids(desk).has(position)) return { fill: UNCHANGED, edge: null, patterns: [] }
  const { fill, edge } = CATEGORIES[desk.plan.grids[position].colour % CATEGORIES.length]
  return { fill: mixWithWhite(fill), edge, patterns: [] }
}

function mixWithWhite(colour) {
  const part = (i) => Math.round(255 - (255 - parseInt(colour.slice(i, i + 2), 16)) * KEPT_SHARE)
  return `rgb(${part(1)},${part(3)},${part(5)})`
}

/** "485 → 451" for a changed grid, nothing for the others. */
export function comparisonText(desk, position) {
  if (!changedGrids(desk).has(position)) return null
  const before = desk.base.households.get(desk.plan.grids[position].code)
  const now = count(desk.plan.totals.households[position])
  return before === undefined ? now : `${count(before)} → ${now}`
}

function showSum(desk) {
  const holder = find("#comparison")
  holder.hidden = !isComparing(desk)
  if (holder.hidden) return
  const moved = [...desk.plan.grid.keys()].filter((cell) => isMoved(desk, cell))
  const sum = (name) => count(moved.reduce((all, cell) => all + desk.plan[name][cell], 0))
  const grids = count(changedGrids(desk).size)
  holder.textContent = t("workbench.comparison", {
    base: desk.base.name,
    households: sum("households"),
    buildings: sum("buildings"),
    grids,
  })
}
