// One case: what and where, whose it is, its clock, what comes next, its history, what is public of it.
import { el, icon, show } from "../dom.js"
import { t } from "../language.js"
import { codeGroups, count } from "../number-format.js"
import { deadlineOf, mark } from "../map/incident-marks.js"
import { sayError } from "../messages.js"
import { photoStrip } from "../report/photo-strip.js"
import { post, request } from "../request.js"
import { at, drawHistory, stageName } from "./history.js"
import { drawSteps } from "./steps.js"
import { categoryOf, inLanguage, vocabulary } from "./vocabulary.js"

const fact = (key, value, tone) => (value ? [el("dt", {}, t(key)), el("dd", { class: tone }, value)] : [])

/** Fetch a case and draw it into `holder`; drawn anew after each step, `changed` is told then. */
export async function openCase(holder, id, { close = null, changed = () => {} } = {}) {
  const again = async () => {
    await openCase(holder, id, { close, changed })
    changed(id)
  }
  try {
    const [incident, known] = await Promise.all([request(`/api/incidents/${id}`), vocabulary()])
    drawCase(holder, incident, known, { close, again })
  } catch (error) {
    sayError(error, { id: "case" })
  }
}

export function drawCase(holder, incident, known, { close, again }) {
  holder.hidden = false
  show(
    holder,
    head(incident, close),
    pills(incident),
    incident.text ? el("p", { class: "case-text" }, incident.text) : null,
    photoStrip(incident.id),
    clock(incident),
    toLocate(incident),
    ...drawSteps(incident, known, again),
    facts(incident),
    stages(incident),
    ...drawHistory(incident, known, again),
    publicPart(incident),
  )
}

function head(incident, close) {
  const state = deadlineOf({ closed: incident.closed_at, overdue: incident.overdue, dueAt: incident.due_at })
  return el(
    "h1",
    { class: "case-head" },
    mark(incident.channel, state, 24),
    el("span", { class: "grow" }, categoryOf(incident), el("small", {}, ` #${incident.id}`)),
    close &&
      el(
        "button",
        { type: "button", class: "icon-btn", "aria-label": t("incidents.close"), onclick: close },
        icon("cross"),
      ),
  )
}

function pills(incident) {
  const pill = (text, tone = "") => el("span", { class: `pill ${tone}` }, text)
  return el(
    "div",
    { class: "case-pills" },
    el("span", { class: "pill accent", "data-state": incident.state }, inLanguage(incident.label)),
    incident.kind === "case" ? null : pill(t(`cases.kind_${incident.kind}`)),
    pill(t("cases.level", { n: incident.level }), incident.level > 1 ? "warn" : ""),
    incident.close_reason ? pill(t(`cases.reason_${incident.close_reason}`)) : null,
    incident.major ? pill(t("cases.major"), "over") : null,
    incident.supervised ? pill(t("cases.supervised"), "over") : null,
    incident.urged ? pill(t("cases.urged", { n: incident.urged }), "warn") : null,
    incident.extended ? pill(t("cases.extended", { n: incident.extended })) : null,
    incident.late ? pill(t("cases.late"), "over") : null,
    incident.private ? pill(t("cases.private"), "warn") : null,
    incident.satisfied === null
      ? null
      : pill(
          t(incident.satisfied ? "cases.satisfied" : "cases.unsatisfied"),
          incident.satisfied ? "ok" : "over",
        ),
  )
}

/** A case without a place waits to be put on the map. */
function toLocate({ id, lon, kind }) {
  const mayLocate = ["staff", "administrator"].includes(document.body.dataset.role)
  if (lon !== null || !mayLocate || kind === "wish") return null
  return el("a", { class: "btn", href: `/report?place=${id}` }, icon("pin"), t("cases.to_locate"))
}

/** The clock in working hours: what is left, or by how much it is over. */
function clock({ hours_left: left, due_at: due }) {
  if (left === null || left === undefined) return null
  const text =
    left < 0 ? t("cases.hours_over", { n: count(-left, 1) }) : t("cases.hours_left", { n: count(left, 1) })
  return el(
    "p",
    { class: `case-clock ${left < 0 ? "over" : ""}`, title: t("cases.clock_formula") },
    icon("clock"),
    el("b", {}, text),
    el("span", { class: "muted" }, t("incidents.due", { at: at(due) })),
  )
}

function facts(incident) {
  const signed = incident.kind === "petition" ? `${incident.signatures} / 10` : null
  const compound = incident.compound_name
    ? `${incident.compound_name} · ${t("cases.households", { n: count(incident.compound_households) })}`
    : null
  const contact = incident.contact && contactOf(incident)
  return factList(incident, { signed, compound, contact })
}

/** Masked until it is asked for; the asking is logged. */
function contactOf({ id, contact }) {
  const words = (one) => [one.name, one.phone, one.email].filter(Boolean).join(" · ")
  const shown = el("span", {}, words(contact))
  const ask = () =>
    post(`/api/cases/${id}/contact`, {}).then(
      (full) => show(shown, words(full)),
      (error) => sayError(error, { id: "case" }),
    )
  const button = el("button", { type: "button", class: "link", onclick: ask }, icon("eye"), t("cases.reveal"))
  return el("span", {}, shown, " ", button)
}

function factList(incident, { signed, compound, contact }) {
  return el(
    "dl",
    { class: "facts" },
    ...fact("cases.signatures", signed),
    ...fact("cases.compound", compound),
    ...fact(
      "cases.body",
      [incident.route && t(`cases.route_${incident.route}`), incident.body, incident.task_force]
        .filter(Boolean)
        .join(" · "),
    ),
    ...fact("cases.assignee", incident.assignee_name),
    ...fact("cases.contact", contact),
    ...fact("incidents.channel", t(`incidents.channel_${incident.channel}`)),
    ...fact("incidents.reported", at(incident.reported_at)),
    ...fact("cases.first_reply", incident.first_reply_at && at(incident.first_reply_at)),
    ...fact("incidents.closed", incident.closed_at && at(incident.closed_at)),
    ...fact("cases.where", [incident.community_name, incident.address].filter(Boolean).join(" · ")),
    ...fact("incidents.grid_then", codeGroups(incident.grid_code_at_report)),
    ...fact("incidents.grid_now", codeGroups(incident.grid_code_now)),
    ...fact("incidents.near", incident.near.map((code) => codeGroups(code)).join("，")),
    ...fact("cases.original", incident.duplicate_of && `#${incident.duplicate_of}`),
    ...fact("cases.followers", incident.followers.map((id) => `#${id}`).join(" ")),
    ...fact("cases.field_hearing", incident.details.hearing && at(incident.details.hearing)),
    ...fact("cases.field_goal", incident.details.goal),
    ...fact("cases.field_acceptance", incident.details.acceptance),
  )
}

function stages({ stages: found }) {
  if (found.length < 2) return null
  const row = ({ stage, due_at: due, met_at: met }) =>
    el(
      "li",
      { class: met ? "met" : "" },
      el("b", {}, stageName(stage)),
      ` ${at(due)}`,
      met ? ` ✓ ${at(met)}` : "",
    )
  return el("div", {}, el("h3", {}, t("cases.stages")), el("ol", { class: "case-stages" }, ...found.map(row)))
}

/** "This is what is public": asked for when it is opened. */
function publicPart({ id }) {
  const room = el("div", { class: "case-public" })
  const details = el("details", {}, el("summary", { class: "link" }, icon("eye"), t("cases.public")), room)
  details.addEventListener("toggle", async () => {
    if (!details.open) return
    const told = await request(`/api/cases/${id}/public`).catch(
      (error) => sayError(error, { id: "case" }) && null,
    )
    if (!told) return
    if (told.hidden) return show(room, el("p", {}, t("cases.public_hidden")))
    show(
      room,
      el("p", { class: "caption" }, t("cases.public_note")),
      el("p", {}, el("b", {}, categoryOf(told)), ` · ${inLanguage(told.label)} · ${at(told.reported_at)}`),
      told.text ? el("p", {}, told.text) : null,
      ...told.events
        .filter((event) => event.note)
        .map((event) => el("p", { class: "caption" }, `${at(event.at)} ${event.note}`)),
    )
  })
  return details
}
