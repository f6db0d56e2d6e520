// Filling: a piece that hangs apart from its grid goes, whole, to the grid around it.
import { pieces } from "./contiguity.js"
import { isHeld } from "./model.js"

/** The cells of the piece of its grid that holds `cell`; null where it is the main piece, or the only one. */
export function strayPiece(plan, cell) {
  const weigh = (piece) => piece.reduce((sum, one) => sum + plan.households[one], 0)
  const found = pieces(plan.graph, plan.grid, plan.grid[cell])
  const main = found.reduce((best, piece) => (weigh(piece) > weigh(best) ? piece : best))
  return main.includes(cell) ? null : found.find((piece) => piece.includes(cell))
}

/** The open grid that shares the longest border with `piece`; -1 when there is none. */
export function gridAround(plan, piece) {
  const own = new Set(piece)
  const metres = new Map()
  for (let i = 0; i < plan.borderA.length; i++) {
    const [a, b] = [plan.borderA[i], plan.borderB[i]]
    if (b < 0 || own.has(a) === own.has(b)) continue
    const other = plan.grid[own.has(a) ? b : a]
    if (other === plan.grid[piece[0]] || plan.grids[other].locked) continue
    metres.set(other, (metres.get(other) ?? 0) + plan.sharedM[i])
  }
  return [...metres].sort(([, one], [, other]) => other - one)[0]?.[0] ?? -1
}

/** Moves that give the piece with `cell` to the grid around it: none for a main piece or one that a lock holds. */
export function filling(plan, cell) {
  const piece = strayPiece(plan, cell)
  if (!piece || piece.some((one) => isHeld(plan, one))) return []
  const to = gridAround(plan, piece)
  return to < 0 ? [] : piece.map((one) => [one, plan.grid[one], to])
}
