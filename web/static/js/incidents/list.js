// Figures, the list in order of urgency, and the tray of incidents that have no place.
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { count, day, time } from "../number-format.js"
import { deadlineOf, mark } from "../map/incident-marks.js"

const MOST_LISTED = 200

const figure = (value, text, tone) =>
  el("div", { class: "figure" }, el("b", { class: tone }, count(value)), el("span", {}, text))

export function drawSums({ all, open, overdue, closed }) {
  show(
    find("#sums"),
    figure(open, t("incidents.state_open")),
    figure(overdue, t("incidents.state_overdue"), overdue ? "over" : null),
    figure(closed, t("incidents.state_closed")),
    figure(all, t("incidents.state_all")),
  )
}

export const deadline = (rows, i) =>
  deadlineOf({
    closed: rows.closed_at[i] || rows.state[i] === "closed",
    overdue: rows.overdue[i],
    dueAt: rows.due_at[i],
  })

function row(rows, i, choose) {
  const state = deadline(rows, i)
  const due =
    rows.due_at[i] && state !== "closed"
      ? t("incidents.due", { at: `${day(rows.due_at[i])} ${time(rows.due_at[i])}` })
      : t(`incidents.deadline_${state}`)
  const place = [
    rows.grid_code_now[i]?.slice(-3),
    t(`incidents.channel_${rows.channel[i]}`),
    day(rows.reported_at[i]),
  ]
  return el(
    "li",
    {},
    el(
      "button",
      { type: "button", "data-incident": rows.id[i], onclick: () => choose(i) },
      mark(rows.channel[i], state, 24),
      el("b", {}, rows.category[i] ?? t("incidents.no_category")),
      el("span", { class: `due ${state}` }, due),
      el("small", {}, [rows.text[i], ...place].filter(Boolean).join(" · ")),
    ),
  )
}

export function drawList(rows, ordered, choose) {
  find("#list-count").textContent = count(ordered.length)
  const shown = ordered.slice(0, MOST_LISTED).map((i) => row(rows, i, choose))
  const more =
    ordered.length > MOST_LISTED
      ? el("li", { class: "caption" }, t("incidents.more", { n: count(ordered.length - MOST_LISTED) }))
      : null
  show(find("#list"), ordered.length ? [...shown, more] : empty())
}

drawList.mark = (id) => {
  for (const button of find("#list").querySelectorAll("button")) {
    button.setAttribute("aria-current", String(button.dataset.incident === String(id)))
  }
}

const empty = () => el("li", { class: "empty" }, icon("list"), el("p", {}, t("incidents.none")))

/** Incidents that nobody could place: kept, listed, never at (0, 0). */
export function drawUnlocated(unlocated) {
  const tray = find("#unlocated")
  tray.hidden = unlocated.length === 0
  const rows = unlocated
    .slice(0, 20)
    .map(({ category, text, reported_at }) =>
      el("li", {}, [category, text, day(reported_at)].filter(Boolean).join(" · ")),
    )
  show(
    tray,
    el(
      "div",
      { class: "section-head" },
      el("h2", {}, t("incidents.unlocated")),
      el("span", { class: "muted" }, count(unlocated.length)),
    ),
    el("ul", { class: "caption" }, ...rows),
  )
}
