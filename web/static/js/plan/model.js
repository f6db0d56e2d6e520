// A plan as the browser holds it: cell -> its grid, and the sums of each grid. Cells and grids are indices into the
// arrays of GET /api/plans/<id>; a move is [cell, from, to]. The server names cells by id and grids by position.
import { neighbourGraph } from "./contiguity.js"

const WEIGHTS = ["households", "residents", "buildings", "area_m2"]

/** The arrays of one plan, from the server's answer. */
export function openPlan(answer) {
  const { plan, band, grids: filled, empty_grids, next_code, cells, neighbours, bounds } = answer
  const n = cells.id.length
  const grids = [...filled, ...(empty_grids ?? [])]
  const indexOfGrid = new Map(grids.map((grid, i) => [grid.position, i]))
  const open = {
    ...plan,
    band,
    bounds,
    nextCode: next_code ?? null,
    grids: grids.map((grid) => ({ ...grid })),
    ids: cells.id,
    indexOf: new Map(cells.id.map((id, i) => [id, i])),
    indexOfGrid,
    grid: Uint16Array.from(cells.grid, (position) => indexOfGrid.get(position)),
    x: cells.x,
    y: cells.y,
    water: cells.water,
    borderIndex: new Map(neighbours.id.map((id, i) => [id, i])),
    borderA: Int32Array.from(neighbours.a),
    borderB: Int32Array.from(neighbours.b),
    barrier: Uint8Array.from(neighbours.barrier ?? []),
    sharedM: Float32Array.from(neighbours.shared_m),
    graph: neighbourGraph(n, neighbours.a, neighbours.b, neighbours.joined),
  }
  for (const weight of WEIGHTS) open[weight] = Float64Array.from(cells[weight])
  open.totals = totalsOf(open)
  open.saved = open.grid.slice()
  takeLocks(open, answer.locks ?? { cells: [], compounds: [] })
  return open
}

/** Sums of each grid: {households: Float64Array, …, cells: Float64Array}. */
export function totalsOf(plan) {
  const totals = { cells: new Float64Array(plan.grids.length) }
  for (const weight of WEIGHTS) totals[weight] = new Float64Array(plan.grids.length)
  for (let cell = 0; cell < plan.grid.length; cell++) addCell(plan, totals, cell, plan.grid[cell], 1)
  return totals
}

function addCell(plan, totals, cell, position, sign) {
  totals.cells[position] += sign
  for (const weight of WEIGHTS) totals[weight][position] += sign * plan[weight][cell]
}

/** A cell weighs `by` more than before: the households of a building on it were set by hand. */
export function changeWeight(plan, cell, weight, by) {
  plan[weight][cell] += by
  plan.totals[weight][plan.grid[cell]] += by
}

/** Locks of cells and compounds, as the server tells them: plan.frozen marks the cells that they hold. */
export function takeLocks(plan, locks) {
  plan.locks = locks
  plan.frozen = new Uint8Array(plan.ids.length)
  for (const id of [...locks.cells, ...locks.compounds.flatMap(({ cells }) => cells)])
    if (plan.indexOf.has(id)) plan.frozen[plan.indexOf.get(id)] = 1
}

/** Does a lock, of its grid or of its own, keep the cell where it is? */
export const isHeld = (plan, cell) => Boolean(plan.frozen[cell] || plan.grids[plan.grid[cell]].locked)

/** Moves that bring `cells` to the grid `to`: those already there and those held by a lock are left out. */
export function movesTo(plan, cells, to) {
  if (plan.grids[to].locked) return []
  return cells
    .filter((cell) => plan.grid[cell] !== to && !isHeld(plan, cell))
    .map((cell) => [cell, plan.grid[cell], to])
}

/** Make the moves, in place. A move whose `from` is not where the cell is now is a programming error. */
export function applyMoves(plan, moves) {
  for (const [cell, from, to] of moves) {
    if (plan.grid[cell] !== from) throw new Error(`cell ${cell} is in grid ${plan.grid[cell]}, not ${from}`)
    addCell(plan, plan.totals, cell, from, -1)
    addCell(plan, plan.totals, cell, to, 1)
    plan.grid[cell] = to
  }
}

/** The moves that take `moves` back. */
export const inverse = (moves) => moves.map(([cell, from, to]) => [cell, to, from]).reverse()

/** The grids that `moves` touch: Map grid -> {position, before, after: households, cells: left after}. */
export function effect(plan, moves) {
  const touched = new Map()
  const entry = (position) => {
    const before = plan.totals.households[position]
    const cells = plan.totals.cells[position]
    if (!touched.has(position)) touched.set(position, { position, before, after: before, cells })
    return touched.get(position)
  }
  for (const [cell, from, to] of moves) {
    entry(from).after -= plan.households[cell]
    entry(from).cells -= 1
    entry(to).after += plan.households[cell]
    entry(to).cells += 1
  }
  return touched
}

/** Buildings and households that `moves` carry. */
export function loadOf(plan, moves) {
  const sum = (weight) => moves.reduce((total, [cell]) => total + plan[weight][cell], 0)
  return { cells: moves.length, buildings: sum("buildings"), households: sum("households") }
}

/** Moves as the server speaks them, in cell ids and grid positions; and back. */
export const toServer = (plan, moves) =>
  moves.map(([cell, from, to]) => [plan.ids[cell], plan.grids[from].position, plan.grids[to].position])

export const fromServer = (plan, moves) =>
  moves.map(([id, from, to]) => [plan.indexOf.get(id), plan.indexOfGrid.get(from), plan.indexOfGrid.get(to)])

/** A grid that `moves` would leave without a cell; undefined when there is none. */
export function emptiedBy(plan, moves) {
  const left = Float64Array.from(plan.totals.cells)
  for (const [, from, to] of moves) {
    left[from] -= 1
    left[to] += 1
  }
  const emptied = left.findIndex((n, grid) => n === 0 && plan.totals.cells[grid] > 0)
  return emptied < 0 ? undefined : emptied
}

/** Moves from the assignment of now to `wanted` (cell -> grid), in one list. */
export function difference(plan, wanted) {
  const moves = []
  for (let cell = 0; cell < plan.grid.length; cell++) {
    if (plan.grid[cell] !== wanted[cell]) moves.push([cell, plan.grid[cell], wanted[cell]])
  }
  return moves
}

/** The neighbour grid that shares the longest border with `cell`; -1 when it lies inside its own. */
export function nearestOtherGrid(plan, cell) {
  const metres = new Map()
  for (let i = 0; i < plan.borderA.length; i++) {
    const other = plan.borderA[i] === cell ? plan.borderB[i] : plan.borderB[i] === cell ? plan.borderA[i] : -1
    if (other < 0 || plan.grid[other] === plan.grid[cell] || plan.grids[plan.grid[other]].locked) continue
    metres.set(plan.grid[other], (metres.get(plan.grid[other]) ?? 0) + plan.sharedM[i])
  }
  return [...metres].sort(([, one], [, other]) => other - one)[0]?.[0] ?? -1
}
