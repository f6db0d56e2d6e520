// Publishing: the rules once more, the date, and a button that names its effect.
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { day } from "../number-format.js"
import { post } from "../request.js"
import { listen } from "./desk.js"
import { findingList } from "./rules.js"

const EXCUSABLE = "excusable"

export function bindPublish(desk) {
  find("#open-publish").addEventListener("click", () => openPublish(desk))
  listen(desk, "plan-opened", () => {
    if (desk.plan.two_person) find("#open-publish").textContent = t("workbench.submit")
  })
}

function tomorrow() {
  const date = new Date()
  date.setDate(date.getDate() + 1)
  return day(date)
}

function openPublish(desk) {
  const dialog = find("#publish-dialog")
  const date = el("input", {
    type: "date",
    class: "input",
    required: true,
    value: tomorrow(),
    id: "effective-from",
  })
  const go = el("button", { class: "btn primary", id: "publish-go" })
  const problem = el("p", { class: "tone-over", role: "alert" })
  const reasons = reasonFields(desk)
  const isSubmit = desk.plan.two_person
  const name = () =>
    show(go, isSubmit ? t("workbench.submit") : t("workbench.takes_effect", { date: date.value }))
  date.addEventListener("input", name)
  name()
  const form = el(
    "form",
    { method: "dialog" },
    el(
      "header",
      {},
      el(
        "h1",
        { class: "grow", id: "publish-title" },
        t(isSubmit ? "workbench.submit_title" : "workbench.publish_title"),
      ),
      closer(dialog),
    ),
    el(
      "div",
      { class: "body" },
      rulesState(desk),
      reasons,
      el("label", { class: "field" }, el("span", {}, t("workbench.effective_date")), date),
      el(
        "p",
        { class: "caption" },
        t(isSubmit ? "workbench.submit_explained" : "workbench.publish_explained", {
          unit: desk.plan.unit.name,
        }),
      ),
      problem,
    ),
    el(
      "footer",
      {},
      el("span", { class: "grow" }),
      el("button", { type: "button", class: "btn", onclick: () => dialog.close() }, t("common.cancel")),
      go,
    ),
  )
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    publish(desk, { effective_from: date.value, exceptions: reasonsIn(reasons) }, go, problem)
  })
  show(dialog, form)
  dialog.showModal()
}

const closer = (dialog) =>
  el(
    "button",
    { type: "button", class: "icon-btn", "aria-label": t("common.close"), onclick: () => dialog.close() },
    icon("cross"),
  )

function rulesState(desk) {
  const failed = (desk.rules ?? []).filter((rule) => !rule.passed)
  if (!desk.rules) return el("p", { class: "caption" }, t("workbench.rules_pending"))
  if (!failed.length)
    return el(
      "p",
      {},
      el(
        "span",
        { class: "pill ok" },
        icon("check"),
        t("workbench.rules_passed", { passed: desk.rules.length }),
      ),
    )
  const blocking = failed.filter((rule) => rule.blocks).length
  const words = blocking
    ? t("workbench.rules_block", { n: blocking })
    : t("workbench.rules_remind", { n: failed.length })
  return el(
    "div",
    {},
    el("p", { class: blocking ? "tone-over" : "tone-warn" }, words),
    findingList(desk, failed),
  )
}

/** One line to fill for each grid that may break a rule when somebody says why. */
function reasonFields(desk) {
  const findings = (desk.rules ?? []).filter((rule) => rule.blocks).flatMap((rule) => rule.findings)
  const open = findings.filter((finding) => finding.weight === EXCUSABLE && !finding.excused)
  const field = (finding) =>
    el(
      "label",
      { class: "field" },
      el("span", {}, finding.message),
      el("input", {
        class: "input",
        required: true,
        maxlength: 1000,
        "data-grids": finding.grids.join(" "),
        placeholder: t("workbench.reason"),
      }),
    )
  return el("div", { class: "reasons" }, open.map(field))
}

function reasonsIn(holder) {
  const exceptions = {}
  for (const input of holder.querySelectorAll("input")) {
    for (const position of input.dataset.grids.split(" ")) exceptions[position] = input.value.trim()
  }
  return exceptions
}

async function publish(desk, wish, button, problem) {
  button.disabled = true
  await desk.queue.idle()
  try {
    await post(`/api/plans/${desk.plan.id}/${desk.plan.two_person ? "submit" : "publish"}`, {
      base_version: desk.queue.version,
      ...wish,
    })
    location.reload()
  } catch (error) {
    problem.textContent = error.message
    button.disabled = false
  }
}
