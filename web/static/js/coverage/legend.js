// The legend card of service circles: rings, the ramp of uncovered buildings, speed, formula, date.
import { el, find, show, svg } from "../dom.js"
import { t } from "../language.js"
import { UNCOVERED } from "../map/coverage-layer.js"
import { count } from "../number-format.js"

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

export function drawLegend(choice, kind, district) {
  const key = (drawn, text) => el("li", {}, drawn, el("span", {}, text))
  const ring = (n) =>
    `${t("coverage.n_minutes", { n })}，${count(metresOf({ minutes: n, speed: choice.speed }))} m`
  const ramp = UNCOVERED.map(({ fill, from }, i) =>
    el(
      "span",
      {},
      el("i", { style: { display: "block", background: fill } }),
      UNCOVERED[i + 1] ? `${from}–${UNCOVERED[i + 1].from - 1}` : `${from} +`,
    ),
  )
  show(
    find("#legend"),
    el("h2", {}, t("coverage.legend", { n: choice.minutes })),
    el(
      "ul",
      {},
      key(ringKey("none", 2.3, "#0b5f6e"), ring(15)),
      key(ringKey("6 4", 1.6, "#2b8c99"), ring(10)),
      key(ringKey("1.5 4", 1.6, "#2b8c99"), ring(5)),
      key(ringKey("5 4", 1.25), t("coverage.straight_circle")),
    ),
    el("h2", {}, t("coverage.uncovered_title")),
    el("div", { class: "ramp" }, ...ramp),
    el("hr"),
    el("p", { class: "foot" }, t("coverage.formula")),
    el(
      "p",
      { class: "foot" },
      t("coverage.speed_line", {
        speed: choice.speed.toFixed(1),
        n: choice.minutes,
        m: count(metresOf(choice)),
      }),
    ),
    district.project?.households_date
      ? el("p", { class: "foot" }, t("coverage.date_line", { day: district.project.households_date }))
      : null,
  )
}
