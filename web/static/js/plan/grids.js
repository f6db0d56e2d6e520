// Grids that come and go while a plan is drawn: a new one has no cells yet, a merged one has none left. Their places in
// the arrays stay, so that undo and redo find them.

const COLOURS = 8

export const isAlive = (plan, grid) => plan.totals.cells[grid] > 0

/** Indices of the grids that have cells. */
export const aliveGrids = (plan) => [...plan.grids.keys()].filter((grid) => isAlive(plan, grid))

/** Index of a grid without cells that the server does not know yet; the first move into it makes it. */
export function newGrid(plan) {
  const waiting = plan.grids.findIndex((grid, i) => grid.isUnborn && !isAlive(plan, i))
  return waiting >= 0 ? waiting : addGrid(plan)
}

function addGrid(plan) {
  const position = plan.grids.reduce((most, grid) => Math.max(most, grid.position), -1) + 1
  const code = plan.nextCode ?? ""
  const head = { code, short: code.slice(-3), colour: leastUsedColour(plan), leader: null, kind: "base" }
  plan.nextCode = followingCode(code)
  plan.indexOfGrid.set(position, plan.grids.length)
  plan.grids.push({ position, locked: false, isUnborn: true, ...head })
  for (const [name, sums] of Object.entries(plan.totals)) plan.totals[name] = Float64Array.of(...sums, 0)
  return plan.grids.length - 1
}

/** "990101004007009" -> "990101004007010": only the sequence counts, the rest of a code is text. */
export const followingCode = (code) =>
  code && code.slice(0, -3) + String(Number(code.slice(-3)) + 1).padStart(3, "0")

function leastUsedColour(plan) {
  const uses = new Array(COLOURS).fill(0)
  for (const grid of aliveGrids(plan)) uses[plan.grids[grid].colour % COLOURS] += 1
  return uses.indexOf(Math.min(...uses))
}

/** Do `moves` fill a grid that the server does not know yet? */
export const makesGrid = (plan, moves) => moves.some(([, , to]) => plan.grids[to].isUnborn)

/** The server's word on grids: code and colour of one that was new here. Answers whether anything differs. */
export function takeHeads(plan, heads) {
  let differs = false
  for (const { position, id, code, short, colour } of heads) {
    const grid = plan.grids[plan.indexOfGrid.get(position)]
    if (!grid?.isUnborn) continue
    differs ||= grid.code !== code || grid.colour !== colour
    Object.assign(grid, { id, code, short, colour, isUnborn: false })
  }
  return differs
}

/** Two grids as one: the one with more households keeps its code. {keeps, goes, moves}; no moves when one is locked. */
export function merged(plan, one, other) {
  const { households } = plan.totals
  const [keeps, goes] = households[other] > households[one] ? [other, one] : [one, other]
  const moves = []
  const holds = (cell) => plan.frozen?.[cell] && plan.grid[cell] === goes
  const isHeld = plan.grids[one].locked || plan.grids[other].locked || plan.ids.some((_, cell) => holds(cell))
  for (let cell = 0; cell < plan.grid.length && !isHeld; cell++)
    if (plan.grid[cell] === goes) moves.push([cell, goes, keeps])
  return { keeps, goes, moves }
}
