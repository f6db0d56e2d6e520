// What became of a case: every step with who, when, from and to; and room for a word.
import { el } from "../dom.js"
import { t } from "../language.js"
import { sayError } from "../messages.js"
import { day, time } from "../number-format.js"
import { post } from "../request.js"
import { inLanguage, stepName } from "./vocabulary.js"

export const at = (moment) => (moment ? `${day(moment)} ${time(moment)}` : "–")

/** What was told with a step, in a few words. */
function detailOf({ facts = {}, note }, known) {
  const told = []
  if (facts.body) told.push(facts.body)
  if (facts.task_force) told.push(facts.task_force)
  if (facts.category)
    told.push(inLanguage(known.categories.find((each) => each.code === facts.category)) || facts.category)
  if (facts.reason) told.push(t(`cases.reason_${facts.reason}`))
  if ("satisfied" in facts) told.push(t(facts.satisfied ? "cases.satisfied" : "cases.unsatisfied"))
  if (facts.original) told.push(`#${facts.original}`)
  if (facts.until) told.push(t("incidents.due", { at: at(facts.until) }))
  if (facts.hearing) told.push(at(facts.hearing))
  if (facts.stage) told.push(stageName(facts.stage))
  if (facts.signatures) told.push(t("cases.signed", { n: facts.signatures, of: known.co_signers }))
  if (facts.goal) told.push(`${t("cases.field_goal")}：${facts.goal}`)
  if (facts.acceptance) told.push(`${t("cases.field_acceptance")}：${facts.acceptance}`)
  if (note) told.push(note)
  return told.join(" · ")
}

const STAGES = new Set(["handle", "stop_work", "penalty", "demolition", "round", "acceptance"])
export const stageName = (stage) => (STAGES.has(stage) ? t(`cases.stage_${stage}`) : stage)

function drawEvent(event, known, labelOf) {
  const moved = event.from_state !== event.to_state && event.from_state
  return el(
    "li",
    { class: event.private ? "private" : null },
    el("b", {}, event.transition ? stepName(event.transition) : labelOf(event.to_state)),
    moved
      ? el("span", { class: "muted" }, ` ${labelOf(event.from_state)} → ${labelOf(event.to_state)}`)
      : null,
    event.private ? el("span", { class: "pill warn" }, t("cases.private")) : null,
    el("div", { class: "caption" }, `${at(event.at)} · ${event.who ?? t("cases.system")}`),
    el("div", {}, detailOf(event, known)),
  )
}

/** The time line, newest last, and the field for a comment. */
export function drawHistory(incident, known, changed) {
  const names = new Map(
    known.labels.filter((l) => l.kind === incident.kind).map((l) => [l.state, inLanguage(l)]),
  )
  const labelOf = (state) => names.get(state) ?? state
  return [
    el("h3", {}, t("cases.history")),
    el("ul", { class: "time-line" }, ...incident.events.map((event) => drawEvent(event, known, labelOf))),
    commentForm(incident, changed),
  ]
}

function commentForm(incident, changed) {
  const mayBePrivate = ["staff", "administrator"].includes(document.body.dataset.role)
  const form = el(
    "form",
    { class: "case-comment" },
    el("textarea", {
      class: "input",
      name: "note",
      rows: 2,
      required: true,
      maxlength: 4000,
      "aria-label": t("cases.step_comment"),
      placeholder: t("cases.say_something"),
    }),
    el(
      "div",
      { class: "row" },
      mayBePrivate
        ? el(
            "label",
            { class: "choice" },
            el("input", { type: "checkbox", name: "private" }),
            el("span", {}, t("cases.only_desk")),
          )
        : null,
      el("span", { class: "grow" }),
      el("button", { class: "btn small" }, t("cases.step_comment")),
    ),
  )
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    const body = {
      step: "comment",
      note: form.elements.note.value,
      private: Boolean(form.elements.private?.checked),
    }
    post(`/api/cases/${incident.id}/steps`, body).then(changed, (error) => sayError(error, { id: "step" }))
  })
  return form
}
