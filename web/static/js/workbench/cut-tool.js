// Cut: a line drawn through a grid parts it in two, exactly (the server cuts the cells on the line) or along the cell
// borders nearest to it. The heavier part keeps the code. The strip halves the selected grid without a pointer.
import { find } from "../dom.js"
import { t } from "../language.js"
import { count } from "../number-format.js"
import { newGrid } from "../plan/grids.js"
import { cutOff, half } from "../plan/cut.js"
import { cutLoads } from "../plan/cut-load.js"
import { movesTo } from "../plan/model.js"
import { toast } from "../toast.js"
import { listen, select, shortOf } from "./desk.js"
import { commit, reshape, undo } from "./gestures.js"
import { hideLive, loadPill, showEffect, showLive } from "./live-chips.js"
import { placesOnScreen, setPending } from "./pending.js"
import { positionAt } from "./pointing.js"

const SAMPLES = 24
const SHORTEST_PX = 12
const STEP_PX = 3
let isExact = true

export function cutTool(desk) {
  const outline = find("#gesture path")
  const live = find("#live")
  let line = []
  let place = null

  function forget() {
    line = []
    outline.setAttribute("d", "")
    outline.classList.remove("line")
    hideLive(desk, live)
    setPending(desk, [])
  }

  function draw() {
    outline.classList.add("line")
    outline.setAttribute("d", line.length > 1 ? `M${line.map(({ x, y }) => `${x} ${y}`).join("L")}` : "")
  }

  function cut() {
    const isLine = line.length > 1 && line[0].distanceTo(line.at(-1)) >= SHORTEST_PX
    const grid = isLine ? gridUnder(desk, line) : null
    if (grid === null) return { grid, moves: [] }
    const flat = line.map(({ x, y }) => [x, y])
    return { grid, moves: intoNew(desk, cutOff(desk.plan, place, grid, flat)) }
  }

  bindStrip(desk)
  listen(desk, "tool-chosen", () => line.length && desk.tool !== "cut" && forget())

  return {
    press({ point }) {
      line = [point]
      place = placesOnScreen(desk)
    },
    drag({ point }) {
      if (!line.length || line.at(-1).distanceTo(point) < STEP_PX) return
      line.push(point)
      draw()
      const { grid, moves } = cut()
      setPending(desk, moves)
      if (isExact && grid !== null && moves.length && desk.ground) showExact(desk, live, line, grid)
      else showLive(desk, live, point, moves, moves[0]?.[2])
    },
    hover() {},
    leave() {},
    cancel() {
      if (!line.length) select(desk, null)
      forget()
    },
    release({ latlng }) {
      const isClick = line.length && line[0].distanceTo(line.at(-1)) < SHORTEST_PX
      const { grid, moves } = cut()
      const drawn = line.map((point) => desk.map.containerPointToLatLng(point))
      forget()
      if (isClick) return select(desk, positionAt(desk, latlng))
      return isExact ? cutExactly(desk, grid, drawn) : finish(desk, grid, moves)
    },
  }
}

const intoNew = (desk, cells) => (cells.length ? movesTo(desk.plan, cells, newGrid(desk.plan)) : [])

/** Counted building by building, as the server will: none is parted. */
function showExact(desk, live, line, grid) {
  const flat = line.map((point) => desk.map.containerPointToLatLng(point)).map(({ lng, lat }) => [lng, lat])
  const { keeps, goes, buildings } = cutLoads(desk.plan, desk.ground, grid, flat)
  const into = newGrid(desk.plan)
  const before = keeps + goes
  const touched = [
    { position: grid, before, after: keeps, cells: 1 },
    { position: into, before: 0, after: goes, cells: 1 },
  ]
  const load = { buildings, households: goes }
  showEffect(desk, live, line.at(-1), { touched, into, verdict: loadPill(desk, load, touched) })
}

function cutExactly(desk, grid, drawn) {
  if (grid === null) return toast(t("workbench.cut_nothing"))
  const { plan } = desk
  if (plan.grids[grid].locked) return toast(t("workbench.is_locked", { grid: shortOf(desk, grid) }))
  const line = drawn.map(({ lng, lat }) => [lng, lat])
  return reshape(desk, "cut", { position: plan.grids[grid].position, line }, (answer) => {
    const made = answer.grids.find(({ position }) => position === answer.made)
    const words = { grid: shortOf(desk, grid), made: made.short, n: count(made.households) }
    return t("workbench.cut_done", words)
  })
}

function finish(desk, grid, moves) {
  if (grid === null) return toast(t("workbench.cut_nothing"))
  const words = { grid: shortOf(desk, grid) }
  if (desk.plan.grids[grid].locked) return toast(t("workbench.is_locked", words))
  if (!moves.length) return toast(t("workbench.cut_nothing"))
  const [[, , made]] = moves
  commit(desk, "cut", moves)
  select(desk, grid)
  const n = count(desk.plan.totals.households[made])
  const told = t("workbench.cut_done", { ...words, made: shortOf(desk, made), n })
  return toast(told, { label: t("workbench.undo"), run: () => undo(desk) })
}

/** The grid that most of the line lies in; the selected one when the line crosses it at all. */
function gridUnder(desk, line) {
  const hits = new Map()
  for (let i = 0; i < SAMPLES; i++) {
    const point = line[Math.floor((i * line.length) / SAMPLES)]
    const position = positionAt(desk, desk.map.containerPointToLatLng(point))
    if (position !== null) hits.set(position, (hits.get(position) ?? 0) + 1)
  }
  if (hits.has(desk.selected)) return desk.selected
  return [...hits].sort(([, one], [, other]) => other - one)[0]?.[0] ?? null
}

/** "Cut 013 in half: [west | east] [north | south]". */
function bindStrip(desk) {
  const refresh = () => {
    find("#options-cut").hidden = desk.tool !== "cut" || !desk.plan
    const { selected } = desk
    find("#cut-grid").textContent = selected === null ? t("workbench.cut_hint") : shortOf(desk, selected)
    find("#options-cut-keys").hidden = selected === null
  }
  for (const button of document.querySelectorAll("[data-halve]")) {
    button.addEventListener("click", () =>
      finish(desk, desk.selected, intoNew(desk, half(desk.plan, desk.selected, button.dataset.halve))),
    )
  }
  for (const button of document.querySelectorAll("[data-cut]")) {
    button.addEventListener("click", () => {
      isExact = button.dataset.cut === "exact"
      for (const one of document.querySelectorAll("[data-cut]"))
        one.setAttribute("aria-pressed", String(one === button))
    })
  }
  listen(desk, "tool-chosen selected plan-opened", () => desk.plan && refresh())
}
