// The card of the grid that was clicked, and the way from here to a new draft.
import { unitName } from "../district.js"
import { el, icon } from "../dom.js"
import { gridCard } from "../grid-card.js"
import { t } from "../language.js"
import { sayError } from "../messages.js"
import { count } from "../number-format.js"
import { post } from "../request.js"

const MAY_DRAW = new Set(["planner", "administrator"])

export function showGridCard(holder, grid, answer, { close }) {
  holder.hidden = !grid
  if (!grid) return
  const unit = answer.units.find((one) => one.id === grid.unit)
  const closer = el(
    "button",
    { type: "button", class: "icon-btn", "aria-label": t("common.close"), onclick: close },
    icon("cross"),
  )
  gridCard(holder, grid, answer.project.band, { more: [closer], actions: actionsOf(grid, unit) })
  holder.querySelector(".sub").prepend(`${unit ? unitName(answer, unit) : ""} · `)
  holder.querySelector(".measures").after(incidentLine(grid))
}

function incidentLine(grid) {
  const late = grid.overdue
    ? el("b", { class: "tone-over" }, ` ${t("overview.n_overdue", { n: count(grid.overdue) })}`)
    : null
  return el(
    "p",
    { class: "caption" },
    t("overview.n_open_incidents", { n: count(grid.open_incidents) }),
    late,
  )
}

function actionsOf(grid, unit) {
  const view = el("a", { class: "btn", href: `/plans/${grid.plan}` }, t("overview.view_plan"))
  if (!MAY_DRAW.has(document.body.dataset.role)) return [view]
  const redraw = el(
    "button",
    { type: "button", class: "btn primary", onclick: () => redrawUnit(unit, redraw) },
    icon("edit"),
    t("overview.redraw"),
  )
  return [redraw, view]
}

/** A draft that starts from the plan in force, opened in the workbench. */
async function redrawUnit(unit, button) {
  button.disabled = true
  try {
    const { id } = await post("/api/plans", { unit: unit.id, start: "effective" })
    location.assign(`/plans/${id}`)
  } catch (error) {
    button.disabled = false
    sayError(error)
  }
}
