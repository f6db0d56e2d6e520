// What may be done with a case: the one thing that comes next as a button, the rest behind "more".
import { el, icon, show } from "../dom.js"
import { t } from "../language.js"
import { sayError } from "../messages.js"
import { post, request } from "../request.js"
import { toast } from "../toast.js"
import { factsOf, field } from "./fields.js"
import { sorted, useful } from "./order.js"
import { stepName } from "./vocabulary.js"

const MAY_SAY_MORE = new Set(["dispatch", "appoint", "task_force", "verify", "rate", "accept", "unassign"])
const OPTIONAL = new Set(["body"])

/** Draw the steps of a case; `changed` is called after one was taken. */
export function drawSteps(incident, known, changed) {
  const room = el("div", { class: "case-form" })
  const { first, more } = sorted(useful(incident, known), incident)
  const open = (step) => openForm(room, incident, step, known, changed)
  const button = (step, look) =>
    el(
      "button",
      { type: "button", class: `btn ${look}`, "data-step": step.step, onclick: () => open(step) },
      stepName(step.step),
    )
  const rest = more.length
    ? el(
        "details",
        { class: "case-more" },
        el("summary", { class: "btn quiet" }, t("cases.more"), icon("chevron-down")),
        el("div", { class: "case-more-list" }, ...more.map((step) => button(step, "quiet small"))),
      )
    : null
  return [
    el("div", { class: "case-steps" }, ...first.map((s, n) => button(s, n ? "" : "primary")), rest),
    room,
  ]
}

function openForm(room, incident, step, known, changed) {
  const needs = step.needs.filter(
    (name) =>
      name !== "signatures" && !(name === "category" && incident.category_code && step.step === "accept"),
  )
  const extra = MAY_SAY_MORE.has(step.step) && !needs.includes("note") ? ["note"] : []
  const isOptional = (name) => (OPTIONAL.has(name) && step.step !== "appoint") || extra.includes(name)
  const fields = [...needs, ...extra].map((name) => field(name, { known, required: !isOptional(name) }))
  const form = el(
    "form",
    { class: "case-step", "data-form": step.step },
    el("h3", {}, stepName(step.step)),
    ...fields,
    el(
      "div",
      { class: "row" },
      el("button", { class: "btn primary" }, stepName(step.step)),
      el("button", { type: "button", class: "btn quiet", onclick: () => show(room) }, t("common.cancel")),
    ),
  )
  const key = crypto.randomUUID?.() ?? String(Math.random())
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    send(form, incident, step.step, key, changed)
  })
  show(room, form)
  suggestBody(form, incident)
  form.querySelector("input, select, textarea, button")?.focus()
}

/** Who answers for it, in the field for the body. */
async function suggestBody(form, incident) {
  const input = form.querySelector("input[name=body]")
  if (!input) return
  const { bodies } = await request(`/api/cases/${incident.id}/route`).catch(() => ({ bodies: [] }))
  const list = el("datalist", { id: "bodies" }, ...bodies.map((value) => el("option", { value })))
  form.append(list)
  input.setAttribute("list", "bodies")
  input.placeholder = bodies.join(t("cases.or")) || t("cases.no_body")
}

async function send(form, incident, step, key, changed) {
  const button = form.querySelector("button.primary")
  button.disabled = true
  try {
    const told = await post(
      `/api/cases/${incident.id}/steps`,
      { step, ...factsOf(form) },
      { "Idempotency-Key": key },
    )
    toast(t("cases.done", { step: stepName(step) }))
    await changed(told)
  } catch (error) {
    button.disabled = false
    sayError(error, { id: "step" })
  }
}
