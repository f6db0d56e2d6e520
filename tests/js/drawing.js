// Plans from drawings: each letter is a cell of 10 households, equal letters are one grid, rows are parted by " / ".
import { openPlan } from "../../web/static/js/plan/model.js"

const HOUSEHOLDS = 10

/** A plan as the server would answer it: cells side by side touch along 5 m, the outer line is b = -1. */
export function answerOf(drawing, { locked = "", households = HOUSEHOLDS, positions = null } = {}) {
  const rows = drawing.split(" / ").map((row) => [...row])
  const letters = [...new Set(rows.flat())].sort()
  const position = (letter) => (positions ?? [...letters.keys()])[letters.indexOf(letter)]
  const width = rows[0].length
  const cells = rows.flatMap((row, y) => row.map((letter, x) => ({ letter, x, y })))
  const all = (value) => cells.map(value)
  return {
    plan: { id: 1, version: 1, editable: true, unit: { id: 5, name: "东园社区" } },
    band: { low: 300, high: 500, target: 400 },
    grids: letters.map((letter) => ({
      position: position(letter),
      short: letter,
      locked: locked.includes(letter),
    })),
    cells: {
      id: all((_, i) => 100 + i),
      grid: all(({ letter }) => position(letter)),
      households: all(() => households),
      residents: all(() => 25),
      buildings: all(() => 1),
      area_m2: all(() => 100),
      x: all(({ x }) => x),
      y: all(({ y }) => -y),
      water: all(() => false),
    },
    neighbours: bordersOf(cells, width, rows.length),
    bounds: [0, -rows.length, width, 0],
  }
}

function bordersOf(cells, width, height) {
  const borders = { id: [], a: [], b: [], shared_m: [], barrier: [], joined: [] }
  const add = (a, b) => {
    borders.id.push(1000 + borders.id.length)
    borders.a.push(a)
    borders.b.push(b)
    borders.shared_m.push(5)
    borders.barrier.push(0)
    borders.joined.push(true)
  }
  cells.forEach(({ x, y }, i) => {
    if (x + 1 < width) add(i, i + 1)
    if (y + 1 < height) add(i, i + width)
    if (x === 0 || y === 0 || x === width - 1 || y === height - 1) add(i, -1)
  })
  return borders
}

export const planOf = (drawing, options) => openPlan(answerOf(drawing, options))

/** The drawing of a plan as it is now. */
export function drawn(plan, width) {
  const letters = Array.from(plan.grid, (grid) => plan.grids[grid].short)
  const rows = []
  for (let i = 0; i < letters.length; i += width) rows.push(letters.slice(i, i + width).join(""))
  return rows.join(" / ")
}
