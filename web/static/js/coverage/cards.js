// Cards of what was clicked: a service with its circle, a building with its nearest services.
import { el, find, icon, show } from "../dom.js"
import { language, t } from "../language.js"
import { count, length } from "../number-format.js"
import { hoursText } from "./opening.js"

export function head(title, close, sub = null) {
  const button = el(
    "button",
    { type: "button", class: "icon-btn", "aria-label": t("coverage.close"), onclick: close },
    icon("cross"),
  )
  return el(
    "div",
    { class: "section-head card-head" },
    el("div", { class: "grow" }, el("h2", {}, title), sub),
    button,
  )
}

const fact = (number, words) => el("div", {}, el("b", {}, number), el("span", {}, words))

export function drawCircle(circle, { minutes, closed, moving, onClose, onTry, onMove }) {
  const card = find("#circle")
  const households = circle.households[minutes]
  const over = Math.max(0, circle.households_straight - households)
  card.hidden = false
  show(
    card,
    head(
      circle.service.name || t("coverage.unnamed"),
      onClose,
      el("p", { class: "caption" }, circle.service[language]),
    ),
    circle.snapped
      ? el(
          "div",
          { class: "circle-facts" },
          ...circle.minutes.map((n) => fact(count(circle.households[n]), t("coverage.households_in", { n }))),
        )
      : el("p", { class: "note" }, icon("warn"), el("span", {}, t("coverage.service_unsnapped"))),
    el(
      "p",
      { class: "caption" },
      t("coverage.circle_straight", {
        n: count(circle.households_straight),
        over: count(over),
        m: count(circle.straight_radius_m),
      }),
    ),
    circle.service.opening_hours
      ? el("p", { class: "caption" }, t("coverage.hours", { hours: hoursText(circle.service.opening_hours) }))
      : null,
    el(
      "p",
      { class: "circle-acts" },
      el(
        "button",
        { type: "button", class: "btn small", "aria-pressed": String(closed), onclick: onTry },
        t(closed ? "coverage.reopen" : "coverage.try_closing"),
      ),
      el(
        "button",
        { type: "button", class: "btn small", disabled: moving, onclick: onMove },
        t("coverage.try_moving"),
      ),
    ),
  )
}

const hours = ({ opening_hours: text }) =>
  text ? el("span", { class: "caption" }, ` ${hoursText(text)}`) : ""

function nearestRow(service, { chosen, choose }) {
  const row = el(
    "tr",
    {
      class: chosen === service.id ? "clickable chosen" : "clickable",
      tabindex: "0",
      "aria-selected": String(chosen === service.id),
    },
    el(
      "td",
      {},
      el("b", {}, service[language]),
      el("span", { class: "muted" }, ` ${service.name ?? ""}`),
      hours(service),
    ),
    el("td", { class: "number" }, length(Math.round(service.metres / 10) * 10)),
    el("td", { class: "number" }, t("coverage.n_minutes", { n: count(service.minutes, 1) })),
    el(
      "td",
      {},
      el(
        "span",
        {
          class: service.in_time ? "pill ok" : "pill over",
          title: t("coverage.limit", { n: service.limit_minutes }),
        },
        t(service.in_time ? "coverage.in_time" : "coverage.too_far"),
      ),
    ),
  )
  const pick = () => choose(service)
  row.addEventListener("click", pick)
  row.addEventListener("keydown", (event) => event.key === "Enter" && pick())
  return row
}

const NEAREST = 8

/** The eight nearest, and the chosen one wherever it stands; all of them when asked. */
export function shortList(services, chosen, isWhole) {
  if (isWhole) return services
  return services.filter(({ id }, i) => i < NEAREST || id === chosen)
}

export function drawBuilding(answer, { chosen, choose, onClose, isWhole = false }) {
  const card = find("#building")
  const { building, services } = answer
  const listed = shortList(services, chosen, isWhole)
  const showAll = () => drawBuilding(answer, { chosen, choose, onClose, isWhole: true })
  const title = building.name || building.address || t("coverage.building_n", { n: building.id })
  card.hidden = false
  show(
    card,
    head(
      title,
      onClose,
      el(
        "p",
        { class: "caption" },
        t("coverage.building_facts", { n: count(building.households), m: count(building.residents) }),
      ),
    ),
    answer.leg_m === null
      ? el("p", { class: "note" }, icon("warn"), el("span", {}, t("coverage.building_unsnapped")))
      : answer.leg_is_long
        ? el(
            "p",
            { class: "note" },
            icon("warn"),
            el("span", {}, t("coverage.long_leg", { m: count(answer.leg_m) })),
          )
        : null,
    services.length
      ? el(
          "table",
          { class: "table nearest" },
          el("tbody", {}, ...listed.map((one) => nearestRow(one, { chosen, choose }))),
        )
      : el("p", { class: "caption" }, t("coverage.nothing_near")),
    listed.length < services.length
      ? el(
          "button",
          { type: "button", class: "link", onclick: showAll },
          t("coverage.all_kinds", { n: services.length }),
        )
      : null,
  )
}
