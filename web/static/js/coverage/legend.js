// The legend card of service circles: rings, the ramp of uncovered buildings or of shares, speed, formula, dates.
import { el, find, show, svg } from "../dom.js"
import { language, t } from "../language.js"
import { UNCOVERED, WALL } from "../map/coverage-layer.js"
import { count } from "../number-format.js"
import { openLine } from "./opening.js"
import { CLASSES } from "./shares.js"

/** Metres walked in so many minutes, rounded. */
export const metresOf = ({ minutes, speed }) => Math.round((speed * 1000 * minutes) / 60)

function ringKey(dash, weight, colour) {
  return svg(
    "svg",
    { class: "ring-key", viewBox: "0 0 30 13" },
    svg("rect", { width: 30, height: 13, fill: colour ? "#2b8c99" : "none", "fill-opacity": 0.2 }),
    svg("path", {
      d: "M0 6.5h30",
      stroke: colour ?? "#36424f",
      "stroke-width": weight,
      "stroke-dasharray": dash,
    }),
  )
}

const wallKey = () =>
  svg(
    "svg",
    { class: "ring-key", viewBox: "0 0 30 13" },
    svg("path", {
      d: "M1 6.5h29",
      stroke: WALL.stroke,
      "stroke-width": WALL.width,
      "stroke-dasharray": WALL.dash.join(" "),
      "stroke-linecap": "round",
    }),
  )

export const key = (drawn, text, look = null) => el("li", { class: look }, drawn, el("span", {}, text))
const block = (fill, text) => el("span", {}, el("i", { style: { display: "block", background: fill } }), text)
export const square = (fill) => el("i", { class: "swatch", style: { background: fill } })
const STYLES = {
  15: ["none", 2.3, "#0b5f6e"],
  10: ["6 4", 1.6, "#2b8c99"],
  5: ["1.5 4", 1.6, "#2b8c99"],
}

/** Rings of the circle of one service, from the widest to the nearest. */
function rings(choice) {
  const ring = (n) => {
    const along = t("coverage.ring", { n, m: count(metresOf({ minutes: n, speed: choice.speed })) })
    return key(ringKey(...(n === choice.minutes ? STYLES[15] : STYLES[n])), along)
  }
  return [15, 10, 5].filter((n) => n <= choice.minutes).map(ring)
}

function ramp(choice) {
  if (choice.choropleth) {
    const names = ["< 50 %", "50–75", "75–90", "≥ 90 %"]
    const blocks = CLASSES.map(({ fill }, i) => block(fill, names[i]))
    return [el("h2", {}, t("coverage.share_title")), el("div", { class: "ramp four" }, ...blocks)]
  }
  const blocks = UNCOVERED.map(({ fill, from }, i) =>
    block(fill, UNCOVERED[i + 1] ? `${from}–${UNCOVERED[i + 1].from - 1}` : `${from} +`),
  )
  return [el("h2", {}, t("coverage.uncovered_title")), el("div", { class: "ramp" }, ...blocks)]
}

function footnotes(choice, { project }, kind) {
  const isRadius = choice.mode === "radius"
  const lines = isRadius
    ? [t("coverage.radius_formula", { m: count(kind.radius_m) })]
    : [
        t("coverage.formula"),
        t("coverage.speed_line", {
          speed: choice.speed.toFixed(1),
          n: choice.minutes,
          m: count(metresOf(choice)),
        }),
      ]
  if (choice.open) lines.push(openLine(choice.open))
  if (project?.households_date) lines.push(t("coverage.date_line", { day: project.households_date }))
  return lines.map((line) => el("p", { class: "foot" }, line))
}

/** The legend of a mode: its title, its keys, its footnotes; folded as the reader left it. */
export function drawOwnLegend({ title, keys, notes = [] }) {
  const before = find("#legend details")
  show(
    find("#legend"),
    el(
      "details",
      { open: before ? before.open : innerWidth >= 720 },
      el("summary", {}, title),
      el("ul", {}, ...keys),
      notes.length ? el("hr") : null,
      ...notes.map((line) => el("p", { class: "foot" }, line)),
    ),
  )
}

export function drawLegend(choice, kind, district) {
  const straight = choice.mode === "radius" ? kind.radius_m : metresOf(choice)
  const title = choice.mode === "radius" ? "coverage.legend_radius" : "coverage.legend"
  const isRoomy = innerWidth >= 720
  const before = find("#legend details")
  show(
    find("#legend"),
    el(
      "details",
      { open: before ? before.open : isRoomy },
      el("summary", {}, `${kind[language]} · ${t(title, { n: choice.minutes })}`),
      el(
        "ul",
        {},
        ...(choice.mode === "radius" ? [] : rings(choice)),
        key(ringKey("5 4", 1.25), t("coverage.straight_m", { m: count(straight) })),
        choice.mode === "radius" ? null : key(wallKey(), t("coverage.wall_key")),
        key(square("#3f78d0"), t("coverage.gained_key"), "change-key"),
      ),
      ...ramp(choice),
      el("hr"),
      ...footnotes(choice, district, kind),
    ),
  )
}
