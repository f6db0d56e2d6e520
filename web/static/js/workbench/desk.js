// What the parts of the workbench share: the plan, the map, what is selected. They talk by events on the desk's root:
// plan-opened · plan-changed {positions} · grids-changed · selected · tool-chosen · saved · preview-changed.
import { effect, movesTo } from "../plan/model.js"
import { tone } from "../map/palette.js"
import { shortCode } from "../number-format.js"
import { grown } from "./ground.js"

export function makeDesk(root, map, layers) {
  return {
    root,
    map,
    layers,
    plan: null,
    queue: null,
    selected: null,
    hovered: null,
    receiver: null,
    tool: "select",
    unit: "building",
    ground: null,
    isReshaping: false,
    falling: new Set(),
    coloursBy: "grids",
    pending: new Map(),
    preview: null,
  }
}

export const tell = (desk, name, detail = {}) => desk.root.dispatchEvent(new CustomEvent(name, { detail }))

export const listen = (desk, names, act) => {
  for (const name of names.split(" ")) desk.root.addEventListener(name, (event) => act(event.detail))
}

export const shortOf = (desk, position) =>
  desk.plan.grids[position].short ?? shortCode(desk.plan.grids[position].code)

export const toneOf = (desk, position) => tone(desk.plan.totals.households[position], desk.plan.band)

/** Has the grid cells, as the page shows them now? Merged grids have none left, new ones none yet. */
export const isShown = (desk, position) => (desk.preview?.cells ?? desk.plan.totals.cells)[position] > 0

/** Select a grid (or null); its receiver follows: the lightest neighbour of a heavy grid, else the grid itself. */
export function select(desk, position) {
  desk.selected = position
  if (position !== null) desk.receiver = receiverFor(desk, position)
  tell(desk, "selected")
}

export function chooseReceiver(desk, position) {
  desk.receiver = position
  tell(desk, "receiver-chosen")
}

function receiverFor(desk, position) {
  const { totals, grids, band } = desk.plan
  if (totals.households[position] <= band.target && !grids[position].locked) return position
  const open = neighbours(desk.plan, position).filter((other) => !grids[other].locked)
  if (totals.households[position] <= band.target * 1.2 || !open.length) return position
  return open.reduce((best, other) => (totals.households[other] < totals.households[best] ? other : best))
}

/** Positions of the grids that touch this one. */
export function neighbours(plan, position) {
  const found = new Set()
  for (let i = 0; i < plan.borderA.length; i++) {
    if (plan.borderB[i] < 0) continue
    const a = plan.grid[plan.borderA[i]]
    const b = plan.grid[plan.borderB[i]]
    if (a === position && b !== position) found.add(b)
    if (b === position && a !== position) found.add(a)
  }
  return [...found]
}

/** Moves that a dab of these cells would make, without those the stroke already holds. */
export function dabMoves(desk, ids) {
  const touched = ids.map((id) => desk.plan.indexOf.get(id)).filter((cell) => cell !== undefined)
  const cells = grown(desk, touched).filter((cell) => !desk.pending.has(cell))
  return desk.receiver === null ? [] : movesTo(desk.plan, cells, desk.receiver)
}

export const pendingMoves = (desk) => [...desk.pending.values()]

export const effectOf = (desk, moves) => effect(desk.plan, moves)
