// Merge: the selected grid and a neighbour become one; the one with more households keeps its code. The other's cells
// are shown under a hatch before the button is let go; the strip offers the same to the keyboard and the finger.
import { el, find, show } from "../dom.js"
import { t } from "../language.js"
import { count } from "../number-format.js"
import { merged } from "../plan/grids.js"
import { toast } from "../toast.js"
import { listen, neighbours, select, shortOf } from "./desk.js"
import { commit, undo } from "./gestures.js"
import { hideLive, showLive } from "./live-chips.js"
import { positionAt } from "./pointing.js"
import { clearPreview, showPreview } from "./preview.js"

export function mergeTool(desk) {
  const live = find("#live")
  let pressed = null
  let shown = null

  function forget() {
    if (shown !== null) clearPreview(desk)
    shown = null
    hideLive(desk, live)
  }

  function offer(position, point) {
    if (!isPartner(desk, position)) return forget()
    const { moves } = merged(desk.plan, desk.selected, position)
    if (shown !== position) showPreview(desk, moves)
    shown = position
    return showLive(desk, live, point, moves)
  }

  listen(desk, "tool-chosen", () => desk.tool !== "merge" && forget())
  bindStrip(desk)

  return {
    press: ({ point }) => (pressed = point),
    drag() {},
    hover: ({ point, latlng }) => offer(positionAt(desk, latlng), point),
    leave: forget,
    cancel() {
      if (shown === null) select(desk, null)
      forget()
    },
    release({ point, latlng }) {
      const isClick = pressed && pressed.distanceTo(point) < 5
      pressed = null
      if (!isClick) return undefined
      forget()
      const position = positionAt(desk, latlng)
      return isPartner(desk, position) ? mergeWith(desk, position) : select(desk, position)
    },
  }
}

const isPartner = (desk, position) =>
  position !== null &&
  desk.selected !== null &&
  position !== desk.selected &&
  neighbours(desk.plan, desk.selected).includes(position)

function mergeWith(desk, position) {
  const { plan } = desk
  const { keeps, goes, moves } = merged(plan, desk.selected, position)
  if (!moves.length) {
    const locked = plan.grids[keeps].locked ? keeps : goes
    return toast(t("workbench.is_locked", { grid: shortOf(desk, locked) }))
  }
  const words = { goes: shortOf(desk, goes), keeps: shortOf(desk, keeps) }
  commit(desk, "merge", moves)
  select(desk, keeps)
  const n = count(plan.totals.households[keeps])
  return toast(t("workbench.merged", { ...words, n }), {
    label: t("workbench.undo"),
    run: () => undo(desk),
  })
}

/** "Merge 013 with [015 · 878] [Merge]": the same without a pointer. */
function bindStrip(desk) {
  const choice = find("#merge-with")
  const go = find("#merge-go")
  const refresh = () => {
    find("#options-merge").hidden = desk.tool !== "merge" || !desk.plan
    if (find("#options-merge").hidden) return
    const partners = desk.selected === null ? [] : neighbours(desk.plan, desk.selected)
    const words = desk.selected === null ? t("workbench.click_a_grid") : shortOf(desk, desk.selected)
    find("#merge-first").textContent = words
    choice.disabled = go.disabled = !partners.length
    show(
      choice,
      partners.map((position) => partner(desk, position)),
    )
  }
  go.addEventListener("click", () => choice.value && mergeWith(desk, Number(choice.value)))
  listen(desk, "tool-chosen selected plan-opened plan-changed grids-changed", refresh)
}

function partner(desk, position) {
  const { households } = desk.plan.totals
  const n = count(households[position] + households[desk.selected])
  return el(
    "option",
    { value: position, disabled: desk.plan.grids[position].locked },
    t("workbench.merge_choice", { grid: shortOf(desk, position), n }),
  )
}
