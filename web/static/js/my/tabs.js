// What the four tabs of a leader's sheet show; each is a function of what /api/my answered.
import { el, icon } from "../dom.js"
import { language, t } from "../language.js"
import { areaParts, count, day, length, time } from "../number-format.js"
import { deadlineOf, mark } from "../map/incident-marks.js"
import { categoryOf } from "../cases/vocabulary.js"

const figure = (value, text) => el("div", {}, el("b", {}, value), el("span", {}, text))
const reportButton = () =>
  el("a", { class: "btn primary wide", href: "/report" }, icon("camera"), t("my.report"))
const nothing = (text) => el("li", { class: "empty" }, icon("check"), el("p", {}, text))

function incidentRow(incident, { open }) {
  const state = deadlineOf({ closed: incident.closed_at, overdue: incident.overdue, dueAt: incident.due_at })
  const due = incident.due_at ? `${day(incident.due_at)} ${time(incident.due_at)}` : ""
  return el(
    "li",
    {},
    el(
      "button",
      { type: "button", "data-incident": incident.id, onclick: () => open(incident) },
      mark(incident.channel, state, 26),
      el(
        "span",
        {},
        el("b", {}, categoryOf(incident)),
        el(
          "small",
          {},
          [incident.text, t(`incidents.channel_${incident.channel}`)].filter(Boolean).join(" · "),
        ),
      ),
      el(
        "span",
        { class: `due ${state}` },
        el("b", {}, t(`incidents.deadline_${state}`)),
        el("small", {}, due),
      ),
    ),
  )
}

function buildingRow({ buildings }, i, { point }) {
  const place = { lon: buildings.x[i], lat: buildings.y[i], building: buildings.id[i] }
  return el(
    "li",
    {},
    el(
      "button",
      { type: "button", onclick: () => point(place) },
      icon("home"),
      el(
        "span",
        {},
        el("b", {}, buildings.name[i] || buildings.address[i] || t("my.building", { n: i + 1 })),
        el("small", {}, buildings.name[i] ? buildings.address[i] : ""),
      ),
      el("span", {}, t("my.households", { n: count(buildings.households[i]) })),
    ),
  )
}

const serviceRow = ({ name, metres, ...kinds }) => {
  const kind = kinds[language] ?? kinds.zh
  return el(
    "li",
    {},
    el(
      "div",
      { class: "row" },
      icon("pin"),
      el("span", {}, el("b", {}, name || kind), el("small", {}, kind)),
      el("span", {}, length(metres)),
    ),
  )
}

const incidents = (mine, acts) =>
  mine.incidents.length
    ? mine.incidents.map((incident) => incidentRow(incident, acts))
    : [nothing(t("my.no_incidents"))]

export const TABS = {
  grid(mine, acts) {
    const { households, residents, buildings, area_m2: area } = mine.grid
    return [
      el(
        "div",
        { class: "phone-figures" },
        figure(count(households), t("my.fact_households")),
        figure(count(residents), t("my.fact_residents")),
        figure(count(buildings), t("my.fact_buildings")),
        figure([areaParts(area)[0], el("small", {}, ` ${areaParts(area)[1]}`)], t("my.fact_area")),
      ),
      reportButton(),
      el("h2", {}, `${t("my.todo")} ${count(mine.incidents.length)}`),
      el("ul", { class: "phone-list" }, ...incidents(mine, acts)),
      el("h2", {}, t("my.services")),
      el(
        "ul",
        { class: "phone-list" },
        ...(mine.services.length ? mine.services.map(serviceRow) : [nothing(t("my.no_services"))]),
      ),
    ]
  },
  buildings(mine, acts) {
    const order = mine.buildings.id
      .map((_, i) => i)
      .sort((a, b) => mine.buildings.households[b] - mine.buildings.households[a])
    return [
      el("h2", {}, `${t("my.tab_buildings")} ${count(order.length)}`),
      el("ul", { class: "phone-list" }, ...order.map((i) => buildingRow(mine, i, acts))),
    ]
  },
  incidents: (mine, acts) => [
    reportButton(),
    el("h2", {}, t("my.todo")),
    el("ul", { class: "phone-list" }, ...incidents(mine, acts)),
  ],
  me: (mine, { signOut }) => [
    el("h2", {}, mine.grid?.leader || t("my.tab_me")),
    el("p", { class: "caption" }, t("my.privacy")),
    el("button", { type: "button", class: "btn", onclick: signOut }, icon("log-out"), t("common.sign_out")),
  ],
}
