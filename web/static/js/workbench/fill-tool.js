// Fill: a piece that lies apart from its grid goes to the grid around it, by one click.
import { find } from "../dom.js"
import { t } from "../language.js"
import { filling, strayPiece } from "../plan/fill.js"
import { isHeld } from "../plan/model.js"
import { toast } from "../toast.js"
import { listen, select, shortOf } from "./desk.js"
import { commit } from "./gestures.js"
import { hideLive, showLive } from "./live-chips.js"
import { setPending } from "./pending.js"
import { cellAt } from "./pointing.js"

const CLICK_PX = 5

export function fillTool(desk) {
  const live = find("#live")
  let pressed = null

  function forget() {
    pressed = null
    hideLive(desk, live)
    if (desk.pending.size) setPending(desk, [])
  }

  listen(desk, "tool-chosen", () => desk.tool !== "fill" && forget())

  return {
    press: ({ point }) => (pressed = point),
    drag() {},
    hover({ point, latlng }) {
      const cell = cellAt(desk, latlng)
      const moves = cell === null ? [] : filling(desk.plan, cell)
      setPending(desk, moves)
      showLive(desk, live, point, moves, moves[0]?.[2])
    },
    leave: forget,
    cancel() {
      select(desk, null)
      forget()
    },
    release({ point, latlng }) {
      const isClick = pressed && pressed.distanceTo(point) < CLICK_PX
      forget()
      const cell = isClick ? cellAt(desk, latlng) : null
      if (cell === null) return undefined
      const moves = filling(desk.plan, cell)
      return moves.length ? commit(desk, "fill", moves) : toast(whyNot(desk, cell))
    },
  }
}

function whyNot(desk, cell) {
  const grid = shortOf(desk, desk.plan.grid[cell])
  const piece = strayPiece(desk.plan, cell)
  if (!piece) return t("workbench.fill_nothing", { grid })
  return piece.some((one) => isHeld(desk.plan, one))
    ? t("workbench.cell_is_locked")
    : t("workbench.fill_nobody", { grid })
}
