// What is being worked on and its state: name, unit, saved time, undo and redo with what they would do.
import { find } from "../dom.js"
import { t } from "../language.js"
import { day, time } from "../number-format.js"
import { count } from "../number-format.js"
import { aliveGrids } from "../plan/grids.js"
import { listen } from "./desk.js"
import { canTurn, gestureName, redo, undo } from "./gestures.js"

export function bindContext(desk) {
  find("#undo").addEventListener("click", () => undo(desk))
  find("#redo").addEventListener("click", () => redo(desk))
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || !desk.plan) return
    const way = wayOf(event)
    if (!way) return
    event.preventDefault()
    way(desk)
  })
  listen(desk, "plan-opened", () => showPlan(desk))
  listen(desk, "plan-opened plan-changed saved grids-changed", () => showTurns(desk))
  listen(desk, "plan-opened plan-changed grids-changed", () => showTotals(desk))
}

function wayOf(event) {
  const key = event.key.toLowerCase()
  if (key === "z") return event.shiftKey ? redo : undo
  return key === "y" ? redo : null
}

function showPlan(desk) {
  const { plan } = desk
  find("#crumb-unit").textContent = plan.unit.name
  find("#crumb-unit").href = `/plans?unit=${plan.unit.id}`
  find("#plan-name").textContent = plan.name
  find("#plan-state").textContent = t(`plans.state_${plan.state}`)
  find("#plan-state").className = `pill ${plan.state === "effective" ? "ok" : "accent"}`
  find("#plan-saved").textContent = savedText(plan)
  for (const id of ["#undo", "#redo", "#open-balance", "#open-publish"]) find(id).hidden = !plan.editable
  find("#app").classList.toggle("read-only", !plan.editable)
}

function savedText(plan) {
  const parts = []
  if (plan.changed_at && plan.editable)
    parts.push(t("workbench.saved", { time: `${day(plan.changed_at)} ${time(plan.changed_at)}` }))
  if (plan.effective_from && plan.state !== "submitted")
    parts.push(t("workbench.in_force_from", { date: day(plan.effective_from) }))
  return parts.join(" · ")
}

export function showSaved(desk) {
  find("#plan-saved").textContent = desk.queue.length
    ? t("workbench.saving", { n: desk.queue.length })
    : t("workbench.saved", { time: time(new Date()) })
}

function showTurns(desk) {
  for (const way of ["undo", "redo"]) {
    const button = find(`#${way}`)
    const gesture = (way === "undo" ? desk.made : desk.unmade).at(-1) ?? desk.plan.edits?.[way]
    button.disabled = !canTurn(desk, way)
    button.title =
      button.disabled || !gesture
        ? t(`workbench.${way}`)
        : t(`workbench.${way}_named`, { gesture: gestureName(desk, gesture) })
    button.setAttribute("aria-label", button.title)
  }
}

function showTotals(desk) {
  const { plan } = desk
  const sum = (name) => plan.totals[name].reduce((all, n) => all + n, 0)
  find("#status-totals").textContent = [
    t("common.n_grids", { n: count(aliveGrids(plan).length) }),
    t("common.n_households", { n: count(sum("households")) }),
    t("common.n_buildings", { n: count(sum("buildings")) }),
  ].join(" · ")
}
