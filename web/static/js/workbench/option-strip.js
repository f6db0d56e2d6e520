// The strip on the map: which tool, how large the brush, into which grid it paints.
import { el, find, show } from "../dom.js"
import { t } from "../language.js"
import { CATEGORIES } from "../map/palette.js"
import { chooseReceiver, listen, shortOf } from "./desk.js"

const USES_RECEIVER = new Set(["brush", "rect", "lasso"])
const USES_SIZE = new Set(["brush", "eraser"])

export function bindOptions(desk) {
  const select = find("#receiver")
  select.addEventListener("change", () =>
    chooseReceiver(desk, select.value === "" ? null : Number(select.value)),
  )
  listen(desk, "tool-chosen selected receiver-chosen plan-opened grids-changed", () => showOptions(desk))
  listen(desk, "brush-resized", ({ by }) => {
    const size = find("#brush-size")
    size.value = String(Number(size.value) + by)
  })
}

function showOptions(desk) {
  const { tool } = desk
  find("#options").hidden = !desk.plan || !(USES_RECEIVER.has(tool) || USES_SIZE.has(tool))
  if (find("#options").hidden) return
  find("#options-tool").textContent = t(`workbench.tool_${tool}`)
  find("#options-size").hidden = !USES_SIZE.has(tool)
  find("#options-into").hidden = !USES_RECEIVER.has(tool)
  find("#options-rule").hidden = find("#options-into").hidden || find("#options-size").hidden
  showReceivers(desk)
}

function showReceivers(desk) {
  const choices = desk.plan.grids.map((grid, position) =>
    el(
      "option",
      { value: position, selected: position === desk.receiver, disabled: grid.locked },
      t("workbench.grid_short", { grid: shortOf(desk, position) }),
    ),
  )
  show(
    find("#receiver"),
    el("option", { value: "", selected: desk.receiver === null }, t("workbench.click_a_grid")),
    ...choices,
  )
  const grid = desk.plan.grids[desk.receiver]
  find("#receiver-swatch").style.background = grid ? CATEGORIES[grid.colour % CATEGORIES.length].fill : "#fff"
}
