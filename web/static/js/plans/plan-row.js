// One plan as a row of the table.
import { el, icon } from "../dom.js"
import { t } from "../language.js"
import { count, day, signed, time } from "../number-format.js"
import { actsOf } from "./acts.js"

const STATE_TONE = { draft: "accent", submitted: "warn", approved: "under", effective: "ok", superseded: "" }

export function planRow(plan, { unit, changed }) {
  const number = (value, kind = "") => el("td", { class: `number ${kind}` }, value)
  return el(
    "tr",
    { class: plan.state === "superseded" ? "faded" : "" },
    el("td", {}, el("a", { href: `/plans/${plan.id}` }, plan.name)),
    el("td", {}, unit),
    el(
      "td",
      {},
      el("span", { class: `pill ${STATE_TONE[plan.state] ?? ""}` }, t(`plans.state_${plan.state}`)),
    ),
    number(count(plan.grids)),
    number(count(plan.households)),
    number(plan.moved_households ? count(plan.moved_households) : "–"),
    number(signed(plan.max_deviation)),
    number(count(plan.out_of_band), plan.out_of_band ? "bad" : ""),
    el("td", {}, plan.author ?? ""),
    el("td", {}, validity(plan)),
    el("td", { class: "muted" }, `${day(plan.changed_at)} ${time(plan.changed_at)}`),
    el("td", { class: "acts" }, exportLink(plan), actsOf(plan, changed)),
  )
}

function validity({ effective_from: from, effective_to: to }) {
  if (!from) return "–"
  return to ? `${day(from)} – ${day(to)}` : t("workbench.in_force_from", { date: day(from) })
}

function exportLink({ id, name }) {
  const label = `${t("export.title")} ${name}`
  const href = `/data?plan=${id}#export`
  return el("a", { class: "icon-btn", href, "aria-label": label, title: t("export.title") }, icon("download"))
}
