// The card of the selected grid, live with every stroke that is made.
import { el, find, icon } from "../dom.js"
import { gridCard } from "../grid-card.js"
import { t } from "../language.js"
import { count, range } from "../number-format.js"
import { aliveGrids } from "../plan/grids.js"
import { listen, select, shortOf, tell } from "./desk.js"
import { proposeDissolving } from "./dissolve.js"
import { changeGrid } from "./gestures.js"
import { toggleLock } from "./lock-tool.js"

export function bindCard(desk) {
  listen(desk, "plan-opened selected plan-changed grids-changed", () => showCard(desk))
}

function showCard(desk) {
  const holder = find("#grid-card")
  if (!desk.plan) return
  if (desk.selected === null) return showWhole(desk, holder)
  const { plan, selected } = desk
  const grid = plan.grids[selected]
  const sums = Object.fromEntries(
    ["households", "residents", "buildings", "area_m2"].map((name) => [name, plan.totals[name][selected]]),
  )
  gridCard(holder, { ...grid, ...sums }, plan.band, { more: buttons(desk, grid) })
  if (plan.editable)
    find(".sub", holder).append(button("edit", t("workbench.set_leader"), () => editLeader(desk, grid)))
  if (plan.editable && !grid.locked && aliveGrids(plan).length > 1)
    find(".sub", holder).append(
      button("dissolve", t("workbench.dissolve_grid", { grid: shortOf(desk, selected) }), () =>
        proposeDissolving(desk, selected),
      ),
    )
}

function buttons(desk, grid) {
  const zoom = button("zoom-to", t("common.zoom_to"), () =>
    tell(desk, "zoom-to", { positions: [desk.selected] }),
  )
  const close = button("cross", t("common.close"), () => select(desk, null))
  if (!desk.plan.editable) return [zoom, close]
  const lock = button(
    grid.locked ? "lock" : "unlock",
    t(grid.locked ? "workbench.unlock" : "workbench.lock"),
    () => toggleLock(desk, desk.selected),
  )
  return [lock, zoom, close]
}

const button = (name, label, run) =>
  el(
    "button",
    { type: "button", class: "icon-btn", "aria-label": label, title: label, onclick: run },
    icon(name),
  )

/** The line with the leader becomes an input; Enter keeps, Escape leaves. */
function editLeader(desk, grid) {
  const line = find("#grid-card .sub")
  const position = desk.selected
  const input = el("input", {
    class: "input",
    value: grid.leader ?? "",
    maxlength: 40,
    "aria-label": t("workbench.set_leader"),
    placeholder: t("workbench.leader_name"),
  })
  const keep = () => changeGrid(desk, position, { leader_name: input.value.trim() || null })
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") keep()
    if (event.key === "Escape") showCard(desk)
  })
  line.replaceChildren(input)
  input.focus()
}

/** Nothing selected: the community in one line of figures, and what to do next. */
function showWhole(desk, holder) {
  const { plan } = desk
  const households = plan.totals.households.reduce((sum, n) => sum + n, 0)
  const alive = aliveGrids(plan)
  const isOut = (n) => n < plan.band.low || n > plan.band.high
  const out = alive.filter((position) => isOut(plan.totals.households[position])).length
  holder.classList.remove("grid-card")
  holder.replaceChildren(
    el("h2", {}, `${plan.unit.name}`),
    el(
      "p",
      { class: "caption" },
      t("workbench.whole", {
        grids: count(alive.length),
        households: count(households),
        out: count(out),
        band: range(plan.band.low, plan.band.high),
      }),
    ),
    el("p", { class: "caption" }, t(plan.editable ? "workbench.select_hint" : "workbench.select_hint_view")),
  )
}
