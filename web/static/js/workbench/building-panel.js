// Buildings of the cell that was clicked: their households with their basis, set by hand where the planner knows better.
import { el, find, icon } from "../dom.js"
import { t } from "../language.js"
import { sayError } from "../messages.js"
import { count } from "../number-format.js"
import { changeWeight } from "../plan/model.js"
import { request } from "../request.js"
import { listen, tell } from "./desk.js"

const MOST_SHOWN = 4

export function bindBuildings(desk) {
  listen(desk, "cell-clicked", ({ cell }) => showBuildings(desk, cell))
  listen(desk, "plan-opened tool-chosen", () => (find("#cell-buildings").hidden = true))
  listen(desk, "selected", () => desk.selected === null && (find("#cell-buildings").hidden = true))
}

async function showBuildings(desk, cell) {
  const holder = find("#cell-buildings")
  desk.clickedCell = cell
  const buildings = await request(`/api/cells/${desk.plan.ids[cell]}/buildings`).catch(sayAndForget)
  if (!buildings || desk.clickedCell !== cell) return
  holder.hidden = !buildings.length
  const rows = buildings.slice(0, MOST_SHOWN).map((building) => row(desk, cell, building))
  holder.replaceChildren(el("h2", {}, t("workbench.buildings_here", { n: count(buildings.length) })), ...rows)
}

const sayAndForget = (error) => void sayError(error, { id: "buildings" })

function row(desk, cell, building) {
  const name = building.name || building.address || t("workbench.building_named", { id: building.id })
  const levels = building.levels ? t("workbench.levels", { n: building.levels }) : null
  const basis = t(`workbench.basis_${building.basis}`)
  const line = el(
    "div",
    { class: "building-row" },
    el("b", {}, name),
    el("span", { class: "grow caption" }, [levels, basis].filter(Boolean).join(" · ")),
    el("span", { class: "number" }, t("common.n_households", { n: count(building.households) })),
  )
  if (document.body.dataset.role !== "staff") line.append(editButton(desk, cell, building, line))
  return line
}

function editButton(desk, cell, building, line) {
  const label = t("workbench.set_households")
  const open = () => line.replaceChildren(...editor(desk, cell, building))
  return el(
    "button",
    { type: "button", class: "icon-btn", title: label, "aria-label": label, onclick: open },
    icon("edit"),
  )
}

/** A number to type; Enter keeps it, Escape leaves; a setting of before can be taken back. */
function editor(desk, cell, building) {
  const attributes = {
    class: "input",
    type: "number",
    min: 0,
    max: 20000,
    step: 1,
    value: building.households,
  }
  const input = el("input", { ...attributes, "aria-label": t("workbench.set_households") })
  const save = (households) => keep(desk, cell, building, households)
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && input.reportValidity()) save(input.valueAsNumber)
    if (event.key === "Escape") showBuildings(desk, cell)
  })
  const done = el("button", { type: "button", class: "btn small primary" }, t("workbench.keep"))
  done.addEventListener("click", () => input.reportValidity() && save(input.valueAsNumber))
  const back =
    building.basis === "override" &&
    el(
      "button",
      { type: "button", class: "btn small", onclick: () => save(null) },
      t("workbench.restore_households"),
    )
  queueMicrotask(() => input.select())
  return [input, done, back].filter(Boolean)
}

async function keep(desk, cell, building, households) {
  const now = await request(`/api/buildings/${building.id}`, { method: "POST", body: { households } }).catch(
    sayAndForget,
  )
  if (!now) return
  changeWeight(desk.plan, cell, "households", now.households - building.households)
  changeWeight(desk.plan, cell, "residents", now.residents - building.residents)
  tell(desk, "plan-changed", { moves: [], positions: [desk.plan.grid[cell]] })
  showBuildings(desk, cell)
}
