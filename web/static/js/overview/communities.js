// The list of communities: grids, households, and how many grids are out of the band.
import { communitiesOf, unitName } from "../district.js"
import { el } from "../dom.js"
import { t } from "../language.js"
import { DEVIATION, deviationClass, tone } from "../map/palette.js"
import { count } from "../number-format.js"

export function showCommunities(body, answer, grids, zoomTo) {
  const { band } = answer.project
  const rows = communitiesOf(answer).map((unit) =>
    summary(
      unit,
      grids.filter((grid) => grid.unit === unit.id),
      band,
    ),
  )
  rows.sort((one, other) => other.out - one.out || other.unit.households - one.unit.households)
  body.replaceChildren(...rows.map((row) => rowOf(row, unitName(answer, row.unit), band, zoomTo)))
  if (!rows.length)
    body.append(el("tr", {}, el("td", { colspan: 5, class: "muted" }, t("overview.no_communities"))))
}

function summary(unit, grids, band) {
  const out = grids.filter((grid) => ["over", "under"].includes(tone(grid.households, band))).length
  return { unit, grids, out }
}

function rowOf({ unit, grids, out }, name, band, zoomTo) {
  const go = () => zoomTo(unit)
  const onKey = (event) => event.key === "Enter" && go()
  return el(
    "tr",
    { class: "clickable", tabindex: 0, onclick: go, onkeydown: onKey, title: `${name} ${unit.code}` },
    el("td", {}, name),
    el("td", {}, spread(grids, band)),
    el("td", { class: "number" }, count(grids.length)),
    el("td", { class: "number" }, count(unit.households)),
    el("td", { class: `number ${out ? "bad" : "zero"}` }, count(out)),
  )
}

/** One stroke a grid in its colour, fewest households first. */
function spread(grids, band) {
  const ordered = grids.map((grid) => grid.households).sort((one, other) => one - other)
  const stroke = (households) =>
    el("i", { style: { background: DEVIATION[deviationClass(households, band)].edge } })
  return el("span", { class: "dots", "aria-hidden": "true" }, ordered.slice(0, 12).map(stroke))
}
