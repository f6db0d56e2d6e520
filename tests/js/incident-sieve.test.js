import assert from "node:assert/strict"
import { test } from "node:test"
import { deadlinesOf, readBlock, rowsOfIds } from "../../web/static/js/incidents/block.js"
import { mostUrgent, sieve } from "../../web/static/js/incidents/sieve.js"
import { clusters, membersOf } from "../../web/static/js/map/incident-clusters.js"

const DAY = 86400
const TYPES = {
  id: "i4",
  lon: "i4",
  lat: "i4",
  reported: "i4",
  due: "i4",
  grid: "i4",
  category: "i2",
  channel: "i2",
  marks: "i2",
}

/** A block as the server packs it; `rows` say what differs from an open incident of the first kind. */
function blockOf(rows, now = 100 * DAY) {
  const columns = []
  const parts = []
  let offset = 0
  for (const [name, type] of Object.entries(TYPES)) {
    const values = rows.map((row, i) => ({ id: i + 1, category: 1, channel: 1, ...row })[name] ?? 0)
    const Kind = type === "i4" ? Int32Array : Int16Array
    const bytes = new Uint8Array(Kind.from(values).buffer)
    columns.push({ name, type, offset })
    const padded = new Uint8Array(bytes.length + ((8 - (bytes.length % 8)) % 8))
    padded.set(bytes)
    parts.push(padded)
    offset += padded.length
  }
  const heading = {
    n: rows.length,
    now,
    columns,
    categories: [{ key: "暴露垃圾" }, { key: "买菜难" }],
    channels: ["resident", "patrol", "scheduled", "platform"],
  }
  let told = JSON.stringify(heading)
  while ((new TextEncoder().encode(told).length + 8) % 8) told += " "
  const text = new TextEncoder().encode(told)
  const whole = new Uint8Array(8 + text.length + offset)
  whole.set(new TextEncoder().encode("GGI1"))
  new DataView(whole.buffer).setUint32(4, text.length, true)
  whole.set(text, 8)
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 8 + text.length)
  return readBlock(whole.buffer)
}

const ROWS = [
  { reported: 90 * DAY, due: 110 * DAY, channel: 1, marks: 1 },
  { reported: 91 * DAY, due: 95 * DAY, channel: 2, marks: 2 },
  { reported: 92 * DAY, due: 93 * DAY, channel: 1, marks: 32 + 1 },
  { reported: 93 * DAY, due: 100.2 * DAY, channel: 4, category: 2, marks: 3 },
]
const block = blockOf(ROWS)
const deadline = deadlinesOf(block, block.now, block.now + DAY / 2)
const every = { channels: [true, true, true, true], category: -1, level: -1, state: "all", only: null }
const wanted = (more) => ({ ...every, from: 0, to: 200 * DAY, ...more })
const span = [90 * DAY, 94 * DAY]
const sifted = (more, these = block, ends = deadline) =>
  sieve(these, ends, wanted(more), span, new Uint32Array(these.n))
const kept = (more) => [...sifted(more).kept]

test("an incident is closed, overdue, due today or in time", () => {
  assert.deepEqual([...deadline], [0, 2, 3, 1])
})

test("each filter narrows the rows, and all of them together", () => {
  assert.deepEqual(kept({}), [0, 1, 2, 3])
  assert.deepEqual(kept({ channels: [true, false, false, false] }), [0, 2])
  assert.deepEqual(kept({ category: 1 }), [3])
  assert.deepEqual(kept({ level: 2 }), [1])
  assert.deepEqual(kept({ state: "open" }), [0, 1, 3])
  assert.deepEqual(kept({ state: "overdue" }), [1])
  assert.deepEqual(kept({ from: 91 * DAY, to: 92 * DAY }), [1])
  assert.deepEqual(kept({ only: Uint8Array.of(1, 0, 1, 0), state: "open" }), [0])
})

test("beside each choice stands what it would show, the other filters as they are", () => {
  const found = sifted({ state: "open", channels: [true, false, false, true] })
  assert.deepEqual([...found.channels], [1, 1, 0, 1])
  assert.deepEqual(found.states, { open: 2, overdue: 0, closed: 1, all: 3 })
  assert.deepEqual([...found.categories], [1, 1])
  assert.equal(
    found.bins.reduce((sum, n) => sum + n),
    2,
  )
})

test("the overdue come first, then the next deadline, the closed last", () => {
  assert.deepEqual(mostUrgent(block, deadline, [0, 1, 2, 3], 10), [1, 3, 0, 2])
  assert.deepEqual(mostUrgent(block, deadline, [0, 1, 2, 3], 2), [1, 3])
  assert.deepEqual(mostUrgent(block, deadline, [], 5), [])
})

test("the most urgent of many are the same that sorting them all would put first", () => {
  let seed = 7
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647
  const many = blockOf(
    Array.from({ length: 3000 }, () => ({ reported: 1, due: 1 + Math.floor(random() * 1e8) })),
  )
  const ends = deadlinesOf(many, 0, 0)
  const all = Array.from({ length: many.n }, (_, i) => i)
  const sorted = [...all].sort((a, b) => many.column.due[a] - many.column.due[b]).slice(0, 50)
  assert.deepEqual(
    mostUrgent(many, ends, all, 50).map((i) => many.column.due[i]),
    sorted.map((i) => many.column.due[i]),
  )
})

test("a hundred thousand are sieved within a tenth of a second of the processor", () => {
  const many = blockOf(
    Array.from({ length: 100_000 }, (_, i) => ({ reported: i, due: i + 9, channel: 1 + (i % 4) })),
  )
  const ends = deadlinesOf(many, 50_000, 60_000)
  const times = Array.from({ length: 5 }, () => {
    const begun = process.cpuUsage()
    const found = sifted({ channels: [true, false, true, false] }, many, ends)
    mostUrgent(many, ends, found.kept, 100)
    return process.cpuUsage(begun).user / 1000
  })
  assert.ok(Math.min(...times) < 100, `${times} ms`)
})

test("clusters add up to what was kept, and each opens its own members", () => {
  const places = blockOf([
    { lon: 117e7, lat: 36e7, channel: 1, due: 1 },
    { lon: 117e7 + 10, lat: 36e7 + 10, channel: 2 },
    { lon: 118e7, lat: 36e7, channel: 1 },
  ])
  const ends = deadlinesOf(places, 100, 200)
  const rows = Uint32Array.of(0, 1, 2)
  const world = 256 * 2 ** 10
  const window = { left: 0, top: 0, width: world, height: world }
  const found = clusters(places, ends, rows, 10, window).sort((a, b) => b.n - a.n)
  assert.deepEqual(
    found.map(({ n, overdue, channels }) => [n, overdue, channels.slice(0, 2)]),
    [
      [2, 1, [1, 1]],
      [1, 0, [1, 0]],
    ],
  )
  assert.deepEqual(membersOf(places, rows, 10, found[0]), [0, 1])
  assert.equal(clusters(places, ends, rows.subarray(0, 2), 10, window).length, 1)
  assert.deepEqual(clusters(places, ends, new Uint32Array(0), 10, window), [])
})

test("rows are found by their ids; ids that are not here are left out", () => {
  assert.deepEqual(rowsOfIds(block, [3, 1, 99]), [2, 0])
})

test("anything else than a block is refused", () => {
  assert.throws(() => readBlock(new ArrayBuffer(64)), /not a block/)
})
