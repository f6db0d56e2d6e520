// Communities coloured by a figure of the evaluation: where people join to be heard, what is closed at which level.
// Five steps from light to dark, told apart in grey as well; each area carries its number and opens its list.
import { el, show, svg } from "../dom.js"
import { t } from "../language.js"
import { sayError } from "../messages.js"
import { count } from "../number-format.js"
import { request } from "../request.js"
import { STEPS, stepOf, stepsOf, SUBJECTS } from "./area-figures.js"
import { addressOf, listOf } from "./list-of.js"

const WIDE = 1000
const TALL = 620
let chosen = "at_grid"

export function figureMap(since) {
  const room = el("div", { class: "figure-map-room" })
  const pick = el(
    "select",
    { class: "select", "aria-label": t("cases.map_of") },
    ...Object.keys(SUBJECTS).map((name) => el("option", { value: name }, t(`cases.map_${name}`))),
  )
  pick.value = chosen
  const look = () => draw(room, since).catch((error) => sayError(error, { id: "desk" }))
  pick.addEventListener("change", () => {
    chosen = pick.value
    look()
  })
  look()
  return el("section", { class: "figure-map" }, el("h2", {}, t("cases.map_of")), pick, room)
}

async function draw(room, since) {
  const subject = SUBJECTS[chosen]
  const asked = new URLSearchParams()
  if (since) asked.set("from", since)
  if (subject.kind) asked.set("kind", subject.kind)
  const told = await request(`/api/cases/areas?${asked}`)
  if (subject !== SUBJECTS[chosen]) return
  const values = told.areas.map(({ figures }) => subject.of(figures))
  const top = subject.top(values)
  show(room, drawing(told, values, top, subject), legend(values, top, subject), sum(told, subject))
}

function drawing({ areas, since }, values, top, subject) {
  const place = projection(areas)
  const picture = svg("svg", {
    viewBox: `0 0 ${WIDE} ${TALL}`,
    class: "figure-map-drawing",
    role: "group",
    "aria-label": t(`cases.map_${chosen}`),
  })
  areas.forEach((area, i) => {
    if (!area.outline) return
    const { name: part, figures } = area
    const words = values[i] === null ? "–" : subject.say(values[i])
    const href = addressOf(subject.figure, { since, by: "community", part, kind: subject.kind })
    const link = svg("a", { href, "data-area": area.id, "aria-label": `${part} ${words}` })
    const title = svg("title")
    title.textContent = `${part} ${words} (${count(figures?.closed ?? 0)} / ${count(figures?.total ?? 0)})`
    const step = stepOf(values[i], top)
    const [x, y] = place(area.at)
    const label = svg("text", { x, y, class: step > 2 ? "on-dark" : "" })
    label.textContent = words
    link.append(title, svg("path", { d: pathOf(area.outline, place), class: `step-${step}` }), label)
    picture.append(link)
  })
  return picture
}

function projection(areas) {
  const corners = areas.flatMap(({ outline }) => outline ?? []).flatMap(([ring]) => ring)
  if (!corners.length) return () => [0, 0]
  const range = (i) => corners.reduce(([a, b], c) => [Math.min(a, c[i]), Math.max(b, c[i])], [180, -180])
  const [[west, east], [south, north]] = [range(0), range(1)]
  const narrow = Math.cos(((south + north) / 2) * (Math.PI / 180))
  const scale = Math.min((WIDE - 20) / ((east - west) * narrow), (TALL - 20) / (north - south))
  const left = (WIDE - (east - west) * narrow * scale) / 2
  return ([lon, lat]) => [
    Number((left + (lon - west) * narrow * scale).toFixed(1)),
    Number((10 + (north - lat) * scale).toFixed(1)),
  ]
}

const pathOf = (outline, place) =>
  outline
    .flatMap((rings) => rings.map((ring) => `M${ring.map((c) => place(c).join(" ")).join("L")}Z`))
    .join("")

function legend(values, top, { say }) {
  const n = stepsOf(values, top)
  const row = (step) => {
    const key = svg("svg", { width: 20, height: 13, "aria-hidden": "true" })
    key.append(svg("rect", { width: 20, height: 13, class: `step-${step}` }))
    const range = `> ${say((top * (step - 1)) / STEPS)} – ${say((top * step) / STEPS)}`
    const words = step ? range : t("cases.map_nothing")
    return el("li", {}, key, el("span", {}, words), el("b", {}, t("cases.map_areas", { n: count(n[step]) })))
  }
  return el("ul", { class: "figure-map-legend" }, ...n.map((_, step) => row(step)))
}

/** The sums: areas and what stands in none of them make the whole. */
const sum = ({ total, elsewhere, areas, since }, { kind }) =>
  el(
    "p",
    { class: "caption" },
    `${t("cases.map_sum", { areas: count(areas.length), placed: count(total - elsewhere) })} + `,
    `${t("cases.map_elsewhere", { n: count(elsewhere) })} = `,
    listOf(count(total), "total", { since, kind }),
  )
