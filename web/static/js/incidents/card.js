// One incident: what, where, which grid then and now, its deadline and its history.
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { codeGroups, day, time } from "../number-format.js"
import { deadlineOf, mark } from "../map/incident-marks.js"

const at = (moment) => (moment ? `${day(moment)} ${time(moment)}` : "–")

function fact(key, value, tone) {
  return value ? [el("dt", {}, t(key)), el("dd", { class: tone }, value)] : []
}

const event = ({ at: when, to_state: to, note, who }) =>
  el(
    "li",
    {},
    el("b", {}, t(`incidents.step_${to}`)),
    ` ${at(when)}`,
    el("div", { class: "caption" }, [who, note].filter(Boolean).join(" · ")),
  )

/** Draw the card; `closed` is called when the reader closes it. */
export function drawCard(incident, closed) {
  const card = find("#card")
  const deadline = deadlineOf({
    closed: incident.closed_at,
    overdue: incident.overdue,
    dueAt: incident.due_at,
  })
  const close = el(
    "button",
    { type: "button", class: "icon-btn", "aria-label": t("incidents.close") },
    icon("cross"),
  )
  close.addEventListener("click", () => {
    card.hidden = true
    closed()
  })
  card.hidden = false
  show(
    card,
    el(
      "h1",
      {},
      mark(incident.channel, deadline, 24),
      el("span", { class: "grow" }, incident.category ?? t("incidents.no_category")),
      close,
    ),
    incident.text ? el("p", {}, incident.text) : null,
    el(
      "dl",
      { class: "facts" },
      ...fact("incidents.channel", t(`incidents.channel_${incident.channel}`)),
      ...fact("incidents.state", t(`incidents.step_${incident.state}`)),
      ...fact("incidents.reported", at(incident.reported_at)),
      ...fact("incidents.due_at", incident.due_at ? at(incident.due_at) : null, deadline),
      ...fact("incidents.closed", incident.closed_at ? at(incident.closed_at) : null),
      ...fact("incidents.grid_then", codeGroups(incident.grid_code_at_report)),
      ...fact("incidents.grid_now", codeGroups(incident.grid_code_now)),
      ...fact(
        "incidents.near",
        (incident.near ?? []).map((grid) => codeGroups(grid.code ?? grid)).join("，"),
      ),
    ),
    incident.events?.length ? el("ul", { class: "time-line" }, ...incident.events.map(event)) : null,
  )
}
