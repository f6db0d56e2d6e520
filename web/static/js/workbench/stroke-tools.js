// Brush and eraser: cells under the ring go to the receiver, or back to the nearest neighbour, as one gesture.
import { find } from "../dom.js"
import { t } from "../language.js"
import { isHeld, nearestOtherGrid } from "../plan/model.js"
import { toast } from "../toast.js"
import { chooseReceiver, dabMoves, listen, pendingMoves, shortOf } from "./desk.js"
import { commit } from "./gestures.js"
import { cellAt } from "./pointing.js"
import { hideLive, showLive } from "./live-chips.js"
import { holdAt } from "./lock-tool.js"

const HALF_STEP = 0.6

export function strokeTool(desk, kind) {
  const ring = find("#brush-ring")
  const live = find("#live")
  const stroke = { from: null, hovered: [], dabs: 0 }
  const movesAt = kind === "brush" ? dabMoves : eraserMoves

  function moveRing({ point }) {
    const size = 2 * radius()
    ring.hidden = false
    Object.assign(ring.style, {
      width: `${size}px`,
      height: `${size}px`,
      transform: `translate(${point.x - radius()}px, ${point.y - radius()}px)`,
    })
  }

  function dab(latlng) {
    const moves = movesAt(desk, desk.layers.territory.cellsWithin(latlng, radius()))
    for (const move of moves) desk.pending.set(move[0], move)
    if (moves.length) desk.layers.territory.recolour(moves.map(([cell]) => desk.plan.ids[cell]))
  }

  function forget() {
    const ids = pendingMoves(desk).map(([cell]) => desk.plan.ids[cell])
    desk.pending.clear()
    hideLive(desk, live)
    stroke.from = null
    if (ids.length) desk.layers.territory.recolour(ids)
  }

  listen(desk, "tool-chosen", () => {
    if (desk.tool !== kind) ring.hidden = live.hidden = true
  })

  return {
    press(at) {
      forget()
      stroke.from = at
      stroke.dabs = 0
      if (kind === "brush" && desk.receiver === null) return startFrom(desk, at)
      stroke.dabs = 1
      dab(at.latlng)
      return showLive(desk, live, at.point, pendingMoves(desk))
    },
    drag(at) {
      moveRing(at)
      if (!stroke.from) return
      for (const latlng of between(desk, stroke.from.point, at.point)) dab(latlng)
      stroke.dabs += 1
      stroke.from = at
      showLive(desk, live, at.point, pendingMoves(desk))
    },
    hover(at) {
      moveRing(at)
      showHover(desk, live, at, movesAt(desk, desk.layers.territory.cellsWithin(at.latlng, radius())))
    },
    release() {
      const moves = pendingMoves(desk)
      const refusal = !moves.length && stroke.from ? refusalAt(desk, stroke.from.latlng) : null
      const isClick = moves.length === 1 && stroke.dabs === 1
      forget()
      commit(desk, isClick ? "click" : kind, moves)
      if (refusal) toast(refusal)
    },
    leave() {
      ring.hidden = live.hidden = true
    },
    cancel: forget,
  }
}

const radius = () => Number(find("#brush-size").value)

function showHover(desk, live, at, moves) {
  showLive(desk, live, at.point, moves)
  find("#map-holder").classList.toggle("refused", !moves.length && refusalAt(desk, at.latlng) !== null)
}

/** Without a receiver, the press says which grid shall grow; dragging on grows it. */
function startFrom(desk, { latlng }) {
  const id = desk.layers.territory.cellAt(latlng)
  if (id !== null) chooseReceiver(desk, desk.plan.grid[desk.plan.indexOf.get(id)])
}

function eraserMoves(desk, ids) {
  const cells = ids
    .map((id) => desk.plan.indexOf.get(id))
    .filter((cell) => cell !== undefined && !desk.pending.has(cell))
  return cells
    .filter(
      (cell) =>
        !isHeld(desk.plan, cell) && (desk.selected === null || desk.plan.grid[cell] === desk.selected),
    )
    .map((cell) => [cell, desk.plan.grid[cell], nearestOtherGrid(desk.plan, cell)])
    .filter(([, , to]) => to >= 0)
}

/** Points along the way of the pointer, close enough that no cell is jumped over. */
function between(desk, from, to) {
  const steps = Math.max(1, Math.ceil(from.distanceTo(to) / (radius() * HALF_STEP)))
  return Array.from({ length: steps }, (_, i) =>
    desk.map.containerPointToLatLng(from.add(to.subtract(from).multiplyBy((i + 1) / steps))),
  )
}

/** Why nothing moved: the cell here, its grid, or the receiver, is locked. */
function refusalAt(desk, latlng) {
  const cell = cellAt(desk, latlng)
  if (cell === null) return null
  const { receiver, plan } = desk
  if (receiver !== null && plan.grids[receiver].locked)
    return t("workbench.is_locked", { grid: shortOf(desk, receiver) })
  return holdAt(desk, cell)
}
