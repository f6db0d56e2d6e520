// One plan as a row of the table.
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { sayError } from "../messages.js"
import { count, day, signed, time } from "../number-format.js"
import { request } from "../request.js"

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
    el("td", {}, exportLink(plan), plan.state === "draft" && mayDraw() ? deleteButton(plan, changed) : null),
  )
}

const mayDraw = () => ["planner", "administrator"].includes(document.body.dataset.role)

function validity({ effective_from: from, effective_to: to }) {
  if (!from) return "–"
  return to ? `${day(from)} – ${day(to)}` : t("workbench.in_force_from", { date: day(from) })
}

function exportLink({ id, name }) {
  const label = `${t("export.title")} ${name}`
  const href = `/data?plan=${id}#export`
  return el("a", { class: "icon-btn", href, "aria-label": label, title: t("export.title") }, icon("download"))
}

function deleteButton(plan, changed) {
  const label = `${t("plans.delete_draft")} ${plan.name}`
  return el(
    "button",
    {
      type: "button",
      class: "icon-btn",
      "aria-label": label,
      title: t("plans.delete_draft"),
      onclick: () => ask(plan, changed),
    },
    icon("trash"),
  )
}

/** Deleting cannot be undone, so it asks once. */
function ask(plan, changed) {
  const dialog = find("#delete-dialog")
  const remove = async () => {
    dialog.close()
    await request(`/api/plans/${plan.id}`, { method: "DELETE" }).catch(sayError)
    changed()
  }
  show(
    dialog,
    el(
      "div",
      { class: "sheet" },
      el("header", {}, el("h1", { id: "delete-title" }, t("plans.delete_draft"))),
      el("div", { class: "body" }, el("p", {}, t("plans.confirm_delete", { name: plan.name }))),
      el(
        "footer",
        {},
        el("span", { class: "grow" }),
        el("button", { type: "button", class: "btn", onclick: () => dialog.close() }, t("common.cancel")),
        el("button", { type: "button", class: "btn danger sure", onclick: remove }, t("common.delete")),
      ),
    ),
  )
  dialog.showModal()
}
