// Which incidents fit the filters, and what each filter's other choices would show: one pass over typed arrays.
import { CLOSED, OVERDUE } from "./block.js"

const CHANNEL = 1
const CATEGORY = 2
const LEVEL = 4
const STATE = 8
const TIME = 16
const ONLY = 32
const LEVELS = 6

export const BINS = 120

/**
 * Sieve a block by {channels: boolean[], category: index or -1, level: number or -1, state: "open" | "overdue" |
 * "closed" | "all", from, to (seconds, to excluded), only: Uint8Array or null} into `room` (a Uint32Array of n).
 *
 * Answers {kept: rows that fit, oldest first; channels, categories, levels, states, bins: how many there would be
 * for each choice of that one filter, the others as they are}. `span` = [first, last] is what the bins divide.
 */
export function sieve(block, deadline, wanted, span, room) {
  const { n, column } = block
  const { channel, category, level, reported } = column
  const counts = {
    channels: new Uint32Array(block.channels.length),
    categories: new Uint32Array(block.categories.length),
    levels: new Uint32Array(LEVELS),
    states: { open: 0, overdue: 0, closed: 0, all: 0 },
    bins: new Uint32Array(BINS),
  }
  const perSecond = BINS / Math.max(1, span[1] - span[0])
  const stateOf = STATE_TESTS[wanted.state]
  let open = 0
  let overdue = 0
  let closed = 0
  let kept = 0
  for (let i = 0; i < n; i++) {
    const end = deadline[i]
    let fails = wanted.channels[channel[i]] ? 0 : CHANNEL
    if (wanted.category >= 0 && category[i] !== wanted.category) fails |= CATEGORY
    if (wanted.level >= 0 && level[i] !== wanted.level) fails |= LEVEL
    if (!stateOf[end]) fails |= STATE
    if (reported[i] < wanted.from || reported[i] >= wanted.to) fails |= TIME
    if (wanted.only && !wanted.only[i]) fails |= ONLY
    if (fails === 0) room[kept++] = i
    if ((fails & ~CHANNEL) === 0) counts.channels[channel[i]]++
    if ((fails & ~CATEGORY) === 0) counts.categories[category[i]]++
    if ((fails & ~LEVEL) === 0) counts.levels[level[i]]++
    if ((fails & ~TIME) === 0) counts.bins[binOf(reported[i], span[0], perSecond)]++
    if ((fails & ~STATE) === 0) {
      if (end === CLOSED) closed++
      else open++
      if (end === OVERDUE) overdue++
    }
  }
  counts.states = { open, overdue, closed, all: open + closed }
  return { kept: room.subarray(0, kept), ...counts }
}

const STATE_TESTS = { all: [1, 1, 1, 1], open: [1, 1, 1, 0], overdue: [0, 0, 1, 0], closed: [0, 0, 0, 1] }

const binOf = (at, first, perSecond) => Math.min(BINS - 1, Math.max(0, Math.floor((at - first) * perSecond)))

/** The `most` rows that press the most: overdue first, then by deadline, the closed last and newest first. */
export function mostUrgent({ column }, deadline, kept, most) {
  const keyOf = (i) => {
    if (deadline[i] === CLOSED) return 2e11 - column.reported[i]
    return (deadline[i] === OVERDUE ? 0 : 5e10) + (column.due[i] || 2e10 - column.reported[i])
  }
  const heap = new Heap(most)
  for (const i of kept) heap.offer(keyOf(i), i)
  return heap.sorted()
}

/** Keeps the `most` smallest keys; the largest of them lies on top. */
class Heap {
  constructor(most) {
    this.keys = []
    this.rows = []
    this.most = most
  }

  offer(key, row) {
    if (this.keys.length < this.most) this.#push(key, row)
    else if (key < this.keys[0]) this.#sink(key, row)
  }

  #push(key, row) {
    let at = this.keys.length
    while (at > 0) {
      const above = (at - 1) >> 1
      if (this.keys[above] >= key) break
      this.keys[at] = this.keys[above]
      this.rows[at] = this.rows[above]
      at = above
    }
    this.keys[at] = key
    this.rows[at] = row
  }

  #sink(key, row) {
    let at = 0
    for (let below = 1; below < this.most; below = 2 * at + 1) {
      if (below + 1 < this.most && this.keys[below + 1] > this.keys[below]) below++
      if (this.keys[below] <= key) break
      this.keys[at] = this.keys[below]
      this.rows[at] = this.rows[below]
      at = below
    }
    this.keys[at] = key
    this.rows[at] = row
  }

  sorted() {
    return this.rows
      .map((row, k) => [this.keys[k], row])
      .sort((a, b) => a[0] - b[0])
      .map(([, row]) => row)
  }
}
