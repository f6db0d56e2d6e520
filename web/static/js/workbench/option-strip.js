// The strip on the map: which tool, how large the brush, into which grid it paints.
import { el, find, show } from "../dom.js"
import { t } from "../language.js"
import { CATEGORIES } from "../map/palette.js"
import { isAlive } from "../plan/grids.js"
import { chooseReceiver, listen, shortOf } from "./desk.js"
import { chooseUnit, startNewGrid } from "./tools.js"

const USES_RECEIVER = new Set(["brush", "rect", "lasso", "polygon"])
const USES_UNIT = new Set(["brush", "rect", "lasso"])
const USES_SIZE = new Set(["brush", "eraser", "border"])
const OWN_STRIP = new Set(["merge", "cut", "lock", "ruler", "fill"])

export function bindOptions(desk) {
  const select = find("#receiver")
  select.addEventListener("change", () =>
    select.value === "new"
      ? startNewGrid(desk)
      : chooseReceiver(desk, select.value === "" ? null : Number(select.value)),
  )
  listen(desk, "tool-chosen selected receiver-chosen plan-opened plan-changed grids-changed", () =>
    showOptions(desk),
  )
  for (const button of document.querySelectorAll("[data-unit]"))
    button.addEventListener("click", () => chooseUnit(desk, button.dataset.unit))
  listen(desk, "unit-chosen", () => {
    for (const one of document.querySelectorAll("[data-unit]"))
      one.setAttribute("aria-pressed", String(one.dataset.unit === desk.unit))
  })
  listen(desk, "brush-resized", ({ by }) => {
    const size = find("#brush-size")
    size.value = String(Number(size.value) + by)
  })
}

function showOptions(desk) {
  const { tool } = desk
  const hasStrip = [USES_RECEIVER, USES_SIZE, OWN_STRIP].some((tools) => tools.has(tool))
  find("#options").hidden = !desk.plan || !hasStrip
  if (find("#options").hidden) return
  find("#options-tool").textContent = t(`workbench.tool_${tool}`)
  find("#options-unit").hidden = !USES_UNIT.has(tool)
  find("#options-fill").hidden = tool !== "fill"
  find("#options-size").hidden = !USES_SIZE.has(tool)
  find("#options-into").hidden = !USES_RECEIVER.has(tool)
  find("#options-rule").hidden = find("#options-into").hidden || find("#options-size").hidden
  showReceivers(desk)
}

function showReceivers(desk) {
  const { plan } = desk
  const open = [...plan.grids.keys()].filter((one) => isAlive(plan, one) || one === desk.receiver)
  const choices = open.map((position) =>
    el(
      "option",
      { value: position, selected: position === desk.receiver, disabled: plan.grids[position].locked },
      t(isAlive(plan, position) ? "workbench.grid_short" : "workbench.new_grid_named", {
        grid: shortOf(desk, position),
      }),
    ),
  )
  const isMaking = desk.receiver !== null && !isAlive(plan, desk.receiver)
  if (!isMaking) choices.push(el("option", { value: "new" }, t("workbench.tool_new")))
  show(
    find("#receiver"),
    el("option", { value: "", selected: desk.receiver === null }, t("workbench.click_a_grid")),
    ...choices,
  )
  const grid = desk.plan.grids[desk.receiver]
  find("#receiver-swatch").style.background = grid ? CATEGORIES[grid.colour % CATEGORIES.length].fill : "#fff"
}
