// Is a grid one piece? On the neighbour graph in compressed rows: the neighbours of cell i are
// graph.to[graph.start[i] … graph.start[i + 1]).

/** Compressed rows of `n` cells from pairs a–b; pairs with b < 0 (the outer line) or not joined are left out. */
export function neighbourGraph(n, a, b, joined = null) {
  const start = new Int32Array(n + 1)
  const counts = (i) => b[i] >= 0 && (!joined || joined[i])
  for (let i = 0; i < a.length; i++) {
    if (!counts(i)) continue
    start[a[i] + 1]++
    start[b[i] + 1]++
  }
  for (let i = 0; i < n; i++) start[i + 1] += start[i]
  const to = new Int32Array(start[n])
  const next = start.slice(0, n)
  for (let i = 0; i < a.length; i++) {
    if (!counts(i)) continue
    to[next[a[i]]++] = b[i]
    to[next[b[i]]++] = a[i]
  }
  return { n, start, to }
}

/** The connected pieces of the cells that `grid` gives to `position`, each a list of cells, largest first. */
export function pieces(graph, grid, position) {
  const seen = new Uint8Array(graph.n)
  const found = []
  for (let cell = 0; cell < graph.n; cell++) {
    if (grid[cell] !== position || seen[cell]) continue
    found.push(flood(graph, grid, cell, seen))
  }
  return found.sort((one, other) => other.length - one.length)
}

function flood(graph, grid, cell, seen) {
  const piece = [cell]
  seen[cell] = 1
  for (let k = 0; k < piece.length; k++) {
    for (let q = graph.start[piece[k]]; q < graph.start[piece[k] + 1]; q++) {
      const next = graph.to[q]
      if (seen[next] || grid[next] !== grid[cell]) continue
      seen[next] = 1
      piece.push(next)
    }
  }
  return piece
}

export const isOnePiece = (graph, grid, position) => pieces(graph, grid, position).length <= 1

/**
 * Grids that would fall apart into more pieces than they have now if `moves` ([cell, from, to]) were made.
 * Answers [{position, cells}]: the cells of the pieces that fall off, the largest piece by `weight` stays.
 */
export function brokenBy(graph, grid, moves, weight) {
  const after = grid.slice()
  for (const [cell, , to] of moves) after[cell] = to
  const touched = new Set(moves.flatMap(([, from, to]) => [from, to]))
  const broken = []
  for (const position of touched) {
    const parts = pieces(graph, after, position)
    if (parts.length <= Math.max(1, pieces(graph, grid, position).length)) continue
    broken.push({ position, cells: exceptHeaviest(parts, weight) })
  }
  return broken
}

function exceptHeaviest(parts, weight) {
  const weigh = (piece) => piece.reduce((sum, cell) => sum + weight[cell], 0)
  const ordered = parts.map((piece) => [weigh(piece), piece]).sort(([one], [other]) => other - one)
  return ordered.slice(1).flatMap(([, piece]) => piece)
}
