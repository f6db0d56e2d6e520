// All incidents in scope as typed arrays, as GET /api/incidents/columns sends them: one block, no rows.
const READERS = { i4: Int32Array, i2: Int16Array }
const DEGREES = 1e-7
export const MARK = { level: 15, nearBorder: 16, finished: 32 }

/**
 * Read a block: {n, now, categories, channels, column: {id, reported, due, grid, category, channel, level,
 * isFinished, …}, x, y}. x and y are the places on the world's square, 0 to 1 (Web Mercator).
 */
export function readBlock(buffer) {
  const view = new DataView(buffer)
  if (view.getUint32(0) !== 0x47474931) throw new Error("not a block of incidents")
  const length = view.getUint32(4, true)
  const heading = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)))
  const column = {}
  for (const { name, type, offset } of heading.columns)
    column[name] = new READERS[type](buffer, 8 + length + offset, heading.n)
  unpack(column, heading.n)
  return { ...heading, column, ...onTheSquare(column, heading.n) }
}

/** The level and the flags share a column; categories and channels count from 1 on the wire. */
function unpack(column, n) {
  column.level = new Uint8Array(n)
  column.isFinished = new Uint8Array(n)
  for (let i = 0; i < n; i++) {
    column.level[i] = column.marks[i] & MARK.level
    column.isFinished[i] = column.marks[i] & MARK.finished ? 1 : 0
    column.category[i] -= 1
    column.channel[i] -= 1
  }
}

function onTheSquare({ lon, lat }, n) {
  const x = new Float64Array(n)
  const y = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const sin = Math.sin((lat[i] * DEGREES * Math.PI) / 180)
    x[i] = 0.5 + (lon[i] * DEGREES) / 360
    y[i] = 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)
  }
  return { x, y }
}

export const placeOf = ({ column }, i) => [column.lat[i] * DEGREES, column.lon[i] * DEGREES]

/** Row of each id, worked out at first use. */
export function rowsOfIds(block, ids) {
  block.rowOf ??= new Map(Array.from(block.column.id, (id, i) => [id, i]))
  return ids.map((id) => block.rowOf.get(id)).filter((i) => i !== undefined)
}

export const IN_TIME = 0
export const TODAY = 1
export const OVERDUE = 2
export const CLOSED = 3
export const DEADLINES = ["in_time", "today", "overdue", "closed"]

/** How each incident stands to its deadline at a moment; `midnight` ends the day (seconds). */
export function deadlinesOf({ column, n }, now, midnight) {
  const found = new Uint8Array(n)
  for (let i = 0; i < n; i++) {
    const due = column.due[i]
    if (column.isFinished[i]) found[i] = CLOSED
    else if (due && due < now) found[i] = OVERDUE
    else if (due && due < midnight) found[i] = TODAY
  }
  return found
}
