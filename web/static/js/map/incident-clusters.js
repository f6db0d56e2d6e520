// Points that lie close on the screen, gathered in squares of the world's pixels: one pass, nothing built before.
import { OVERDUE } from "../incidents/block.js"

const CELL_PX = 64
const CLOSE_CELL_PX = 18
const CLOSE_FROM_ZOOM = 17
const MERGE_PX = 40
const CHANNELS = 4

/**
 * Clusters of the rows `kept` inside a window {left, top, width, height} of the world's pixels at `zoom`.
 *
 * Answers [{n, x, y (world pixels), channels: [n, n, n, n], overdue, row (of one member), members: [cells]}]; single
 * incidents are clusters of one. Clusters stay where they are when the map is panned.
 */
export function clusters(block, deadline, kept, zoom, window) {
  const world = 256 * 2 ** zoom
  const size = zoom >= CLOSE_FROM_ZOOM ? CLOSE_CELL_PX : CELL_PX
  const left = Math.floor(window.left / size)
  const top = Math.floor(window.top / size)
  const columns = Math.ceil((window.left + window.width) / size) - left + 1
  const rows = Math.ceil((window.top + window.height) / size) - top + 1
  const cells = gather(block, deadline, kept, { world, size, left, top, columns, rows })
  return zoom >= CLOSE_FROM_ZOOM ? cells : merged(cells)
}

function gather({ x, y, column }, deadline, kept, { world, size, left, top, columns, rows }) {
  const { channel } = column
  const at = new Int32Array(columns * rows)
  const found = []
  for (let k = 0; k < kept.length; k++) {
    const i = kept[k]
    const px = x[i] * world
    const py = y[i] * world
    const across = Math.floor(px / size) - left
    const down = Math.floor(py / size) - top
    if (across < 0 || down < 0 || across >= columns || down >= rows) continue
    const place = down * columns + across
    let cell = at[place] ? found[at[place] - 1] : null
    if (!cell) {
      cell = { n: 0, sumX: 0, sumY: 0, channels: [0, 0, 0, 0], overdue: 0, row: i, cells: [] }
      at[place] = found.push(cell)
    }
    cell.n++
    cell.sumX += px
    cell.sumY += py
    cell.channels[channel[i]]++
    if (deadline[i] === OVERDUE) cell.overdue++
  }
  for (const cell of found) {
    cell.x = cell.sumX / cell.n
    cell.y = cell.sumY / cell.n
  }
  return found
}

/** Neighbouring cells whose middles nearly touch become one, the larger takes the smaller. */
function merged(cells) {
  const byColumn = new Map()
  const key = (x, y) => `${x}:${y}`
  const taken = []
  for (const cell of cells.sort((a, b) => b.n - a.n)) {
    const near = neighbour(byColumn, key, cell)
    if (near) absorb(near, cell)
    else {
      const place = key(Math.floor(cell.x / MERGE_PX), Math.floor(cell.y / MERGE_PX))
      byColumn.set(place, [...(byColumn.get(place) ?? []), cell])
      taken.push(cell)
    }
  }
  return taken
}

function neighbour(byPlace, key, { x, y }) {
  const across = Math.floor(x / MERGE_PX)
  const down = Math.floor(y / MERGE_PX)
  for (let dx = -1; dx <= 1; dx++)
    for (let dy = -1; dy <= 1; dy++)
      for (const other of byPlace.get(key(across + dx, down + dy)) ?? [])
        if (Math.hypot(other.x - x, other.y - y) < MERGE_PX) return other
  return null
}

/** The place stays with the larger, so that clusters do not creep into one another. */
function absorb(large, small) {
  large.n += small.n
  large.overdue += small.overdue
  for (let c = 0; c < CHANNELS; c++) large.channels[c] += small.channels[c]
  large.cells.push(small)
}

/** Rows of `kept` that a cluster stands for. */
export function membersOf({ x, y }, kept, zoom, cluster) {
  const world = 256 * 2 ** zoom
  const size = zoom >= CLOSE_FROM_ZOOM ? CLOSE_CELL_PX : CELL_PX
  const keyOf = (px, py) => `${Math.floor(px / size)}:${Math.floor(py / size)}`
  const held = new Set([cluster, ...cluster.cells].map(({ row }) => keyOf(x[row] * world, y[row] * world)))
  return Array.from(kept).filter((i) => held.has(keyOf(x[i] * world, y[i] * world)))
}
