// Cut: a line drawn through a grid parts it in two along the cell borders nearest to the line. The heavier part keeps
// the code. The strip halves the selected grid without a pointer.
import { find } from "../dom.js"
import { t } from "../language.js"
import { count } from "../number-format.js"
import { newGrid } from "../plan/grids.js"
import { cutOff, half } from "../plan/cut.js"
import { movesTo } from "../plan/model.js"
import { toast } from "../toast.js"
import { listen, select, shortOf } from "./desk.js"
import { commit, undo } from "./gestures.js"
import { showLive } from "./live-chips.js"
import { placesOnScreen, setPending } from "./pending.js"
import { positionAt } from "./pointing.js"

const SAMPLES = 24
const SHORTEST_PX = 12

export function cutTool(desk) {
  const outline = find("#gesture path")
  const live = find("#live")
  let line = []
  let place = null

  function forget() {
    line = []
    outline.setAttribute("d", "")
    outline.classList.remove("line")
    live.hidden = true
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
      if (!line.length) return
      line.push(point)
      draw()
      const { moves } = cut()
      setPending(desk, moves)
      showLive(desk, live, point, moves, moves[0]?.[2])
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
      forget()
      if (isClick) return select(desk, positionAt(desk, latlng))
      return finish(desk, grid, moves)
    },
  }
}

const intoNew = (desk, cells) => (cells.length ? movesTo(desk.plan, cells, newGrid(desk.plan)) : [])

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
  listen(desk, "tool-chosen selected plan-opened", () => desk.plan && refresh())
}
