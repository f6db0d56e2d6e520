// Drag a border: grab the line between two grids; cells flip in the direction of the drag and flip back with it. The
// strip moves the line by one cell, for the keyboard and for small corrections.
import { find, show, el } from "../dom.js"
import { t } from "../language.js"
import { count } from "../number-format.js"
import { nudge, pushed, wayTo } from "../plan/border.js"
import { toast } from "../toast.js"
import { listen, neighbours, pendingMoves, select, shortOf } from "./desk.js"
import { commit } from "./gestures.js"
import { hideLive, showLive } from "./live-chips.js"
import { placesOnScreen, setPending } from "./pending.js"
import { cellAt, positionAt } from "./pointing.js"

const STEP_PX = 14
const REACH_PX = { mouse: 6, pen: 12, touch: 22 }

export function borderTool(desk) {
  const live = find("#live")
  let drag = null
  let pressed = null

  function forget() {
    setPending(desk, [])
    hideLive(desk, live)
    if (drag) desk.map.dragging.enable()
    drag = pressed = null
    point(null)
  }

  function point(pair) {
    find("#map-holder").classList.toggle("on-border", pair !== null)
    if (String(pair) === String(desk.grabbed)) return
    desk.grabbed = pair
    desk.layers.territory.recolour()
  }

  listen(desk, "tool-chosen", () => desk.tool !== "border" && (drag || desk.grabbed) && forget())
  bindStrip(desk)

  return {
    press(at) {
      pressed = at.point
      const pair = pairAt(desk, at)
      if (!pair) return
      const locked = pair.find((position) => desk.plan.grids[position].locked)
      if (locked !== undefined) return toast(t("workbench.is_locked", { grid: shortOf(desk, locked) }))
      desk.map.dragging.disable()
      drag = { pair, way: [[at.point.x, at.point.y]], place: placesOnScreen(desk), donor: null }
      point(pair)
    },
    drag(at) {
      if (!drag) return
      drag.way = wayTo(drag.way, [at.point.x, at.point.y], STEP_PX)
      drag.donor = donorAt(desk, drag, at)
      const moves = drag.donor === null ? [] : movesOf(desk, drag, at)
      setPending(desk, moves)
      showLive(desk, live, at.point, moves, otherOf(drag))
    },
    hover(at) {
      const pair = pairAt(desk, at)
      point(pair)
      if (!pair) return
      const [first, second] = pair.map((position) => desk.plan.totals.households[position])
      find("#border-pair").textContent = t("workbench.border_pair", {
        a: shortOf(desk, pair[0]),
        b: shortOf(desk, pair[1]),
        m: count(first),
        n: count(second),
      })
    },
    leave: () => !drag && point(null),
    cancel() {
      if (!drag) select(desk, null)
      forget()
    },
    release(at) {
      const moves = pendingMoves(desk)
      const isClick = !drag && pressed && pressed.distanceTo(at.point) < 5
      forget()
      if (isClick) select(desk, positionAt(desk, at.latlng))
      commit(desk, "border", moves)
    },
  }
}

const otherOf = ({ pair, donor }) => (donor === pair[0] ? pair[1] : pair[0])

/** The two grids of the line within reach of the pointer; null when there is none. */
function pairAt(desk, { latlng, event }) {
  const { plan } = desk
  const isLine = (id) => {
    const i = plan.borderIndex.get(id)
    return (
      i !== undefined && plan.borderB[i] >= 0 && plan.grid[plan.borderA[i]] !== plan.grid[plan.borderB[i]]
    )
  }
  const id = desk.layers.territory.borderAt(latlng, REACH_PX[event.pointerType] ?? REACH_PX.mouse, isLine)
  if (id === null) return null
  const i = plan.borderIndex.get(id)
  return [plan.grid[plan.borderA[i]], plan.grid[plan.borderB[i]]].sort((one, other) => one - other)
}

/** The grid the pointer has gone into gives; off both, the one that gave before still does. */
function donorAt(desk, { pair, donor }, { latlng }) {
  const here = positionAt(desk, latlng)
  return pair.includes(here) ? here : donor
}

function movesOf(desk, drag, { latlng }) {
  const radius = Number(find("#brush-size").value)
  return pushed(desk.plan, drag.place, {
    way: drag.way,
    radius,
    donor: drag.donor,
    receiver: otherOf(drag),
    under: cellAt(desk, latlng) ?? -1,
  })
}

/** "013 with [015]: [one cell in] [one cell out]". */
function bindStrip(desk) {
  const choice = find("#border-with")
  const buttons = { in: find("#border-in"), out: find("#border-out") }
  const refresh = () => {
    find("#options-border").hidden = desk.tool !== "border" || !desk.plan
    if (find("#options-border").hidden) return
    const kept = Number(choice.value)
    const partners = desk.selected === null ? [] : neighbours(desk.plan, desk.selected)
    find("#options-border-keys").hidden = !partners.length
    find("#border-pair").textContent = partners.length
      ? shortOf(desk, desk.selected)
      : t("workbench.grab_hint")
    show(
      choice,
      partners.map((position) =>
        el("option", { value: position, selected: position === kept }, shortOf(desk, position)),
      ),
    )
  }
  buttons.in.addEventListener("click", () => step(desk, Number(choice.value), desk.selected))
  buttons.out.addEventListener("click", () => step(desk, desk.selected, Number(choice.value)))
  listen(desk, "tool-chosen selected plan-opened plan-changed grids-changed", refresh)
}

function step(desk, donor, receiver) {
  const locked = [donor, receiver].find((position) => desk.plan.grids[position].locked)
  if (locked !== undefined) return toast(t("workbench.is_locked", { grid: shortOf(desk, locked) }))
  const moves = nudge(desk.plan, donor, receiver)
  if (!moves.length) return toast(t("workbench.no_nudge", { grid: shortOf(desk, donor) }))
  return commit(desk, "border", moves)
}
