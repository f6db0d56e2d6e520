// The dialog that begins a plan: which community, from what, and what the system should aim at.
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { jobBar } from "../jobs.js"
import { message, sayError } from "../messages.js"
import { post } from "../request.js"

/** `streets` hold several communities: a draft for each of them is begun in one go; `again` shows the list anew. */
export function bindNewPlan({ communities, streets, band, again }) {
  find("#new-plan")?.addEventListener("click", () => openDialog({ communities, streets, band, again }))
}

function unitSelect(communities, streets) {
  const chosen = find("#unit-filter").value
  const option = (one, words) => el("option", { value: one.id, selected: String(one.id) === chosen }, words)
  return el(
    "select",
    { class: "select", required: true, name: "unit" },
    communities.map((one) => option(one, one.name)),
    streets.length > 0 &&
      el(
        "optgroup",
        { label: t("plans.streets") },
        streets.map((one) => option(one, t("plans.whole_street", { unit: one.name }))),
      ),
  )
}

function openDialog({ communities, streets, band, again }) {
  const dialog = find("#new-plan-dialog")
  const unit = unitSelect(communities, streets)
  const name = el("input", {
    class: "input",
    name: "name",
    maxlength: 120,
    placeholder: t("plans.name_hint"),
  })
  const problem = el("p", { class: "bad", role: "alert" })
  const go = el("button", { class: "btn primary", id: "create-plan" }, t("plans.create"))
  const close = () => dialog.close()
  const form = el(
    "form",
    { method: "dialog" },
    el(
      "header",
      {},
      el("h1", { class: "grow", id: "new-plan-title" }, t("plans.new_plan")),
      el(
        "button",
        { type: "button", class: "icon-btn", "aria-label": t("common.close"), onclick: close },
        icon("cross"),
      ),
    ),
    el(
      "div",
      { class: "body" },
      labelled("unit", unit),
      ways(unit, communities, band),
      labelled("name", name),
      problem,
    ),
    el(
      "footer",
      {},
      el("span", { class: "grow" }),
      el("button", { type: "button", class: "btn", onclick: close }, t("common.cancel")),
      go,
    ),
  )
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    const street = streets.find((one) => String(one.id) === unit.value)
    if (street) createAll(form, street, { problem, again })
    else create(form, go, problem)
  })
  show(dialog, form)
  dialog.showModal()
}

const labelled = (name, input) => el("label", { class: "field" }, el("span", {}, t(`plans.${name}`)), input)

/** Three ways to start; the plan in force is offered where there is one. */
function ways(unit, communities, band) {
  const holder = el("fieldset", { class: "ways field" })
  const draw = () => {
    const chosen = communities.find((one) => String(one.id) === unit.value)
    const hasPlan = !chosen || Boolean(chosen.effective_plan)
    const likely = Math.max(1, Math.round((chosen?.households ?? 0) / band.target))
    show(
      holder,
      el("legend", { class: "caption" }, t("plans.how")),
      way("effective", hasPlan, !hasPlan, el("small", {}, t("plans.start_effective_hint"))),
      way("target", !hasPlan, false, number("target_size", band.target)),
      chosen ? way("grids", false, false, number("grid_count", likely)) : null,
    )
  }
  unit.addEventListener("change", draw)
  draw()
  return holder
}

const number = (name, value) =>
  el("input", {
    class: "input",
    type: "number",
    min: 1,
    max: 100000,
    name,
    value,
    "aria-label": t(`plans.${name === "grid_count" ? "grids_count" : "target"}`),
  })

const way = (value, checked, disabled, more) =>
  el(
    "label",
    { class: "choice" },
    el("input", { type: "radio", name: "start", value, checked, disabled, required: true }),
    el("span", {}, t(`plans.start_${value}`), more),
  )

function wishOf(form) {
  const fields = new FormData(form)
  const wish = {
    unit: Number(fields.get("unit")),
    start: fields.get("start") === "effective" ? "effective" : "engine",
  }
  if (fields.get("name").trim()) wish.name = fields.get("name").trim()
  if (fields.get("start") === "target") wish.target = Number(fields.get("target_size"))
  if (fields.get("start") === "grids") wish.grids = Number(fields.get("grid_count"))
  return wish
}

async function create(form, button, problem) {
  button.disabled = true
  button.textContent = t("plans.creating")
  try {
    const { id } = await post("/api/plans", wishOf(form))
    location.assign(`/plans/${id}`)
  } catch (error) {
    problem.textContent = error.message
    button.disabled = false
    button.textContent = t("plans.create")
  }
}

/** Drafts for all communities of a street: a job, told where the list is. */
async function createAll(form, street, { problem, again }) {
  const { unit, start, name, target } = wishOf(form)
  try {
    const { job } = await post("/api/plans/street", { unit, start, name, target })
    find("#new-plan-dialog").close()
    const told = await jobBar(find("#work"), job, { title: t("plans.whole_street", { unit: street.name }) })
    sayStreet(told)
    again()
  } catch (error) {
    if (error.name === "Cancelled") return again()
    if (form.isConnected && find("#new-plan-dialog").open) problem.textContent = error.message
    else sayError(error)
  }
}

function sayStreet({ plans, skipped }) {
  const names = skipped.map((one) => one.name).join(t("plans.separator"))
  const words = t("plans.street_drafted", { n: plans.length })
  const text = skipped.length ? `${words} ${t("plans.street_skipped", { units: names })}` : words
  message({ id: "street", tone: skipped.length ? "warn" : "calm", text })
}
