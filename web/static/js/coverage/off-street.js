// Buildings and services that no street is near: counted, listed, each with Zoom To.
import { rowsOf } from "../columns.js"
import { el, find, show } from "../dom.js"
import { t } from "../language.js"
import { count } from "../number-format.js"

const MOST = 100

export function drawOffStreet(
  { buildings, services, enclosed, limit_m: limit, long_leg_m: long },
  { kindName, zoomTo, totals },
) {
  const homes = rowsOf(buildings)
  const points = rowsOf(services)
  const shut = rowsOf(enclosed)
  const lost = homes.filter((home) => home.leg_m === null).length
  const summary = t("coverage.off_street", {
    n: count(lost),
    far: count(homes.length - lost),
    services: count(points.length),
    limit: count(limit),
    m: count(long),
  })
  const status = find("#status-totals")
  if (status)
    status.textContent = t("coverage.status_line", {
      n: count(homes.length),
      m: count(long),
      points: count(totals.points),
      buildings: count(totals.buildings),
    })
  if (!homes.length && !points.length && !shut.length)
    return show(find("#off-street"), el("p", {}, t("coverage.all_on_street", { m: count(long) })))
  const leg = (row) =>
    row.leg_m === null ? t("coverage.on_no_street") : t("coverage.leg", { m: count(row.leg_m) })
  const line = (row, words, why = leg(row)) =>
    el(
      "li",
      {},
      el("span", { class: "grow" }, words),
      el("span", { class: "muted" }, why),
      el("button", { type: "button", class: "link", onclick: () => zoomTo(row) }, t("coverage.zoom_to")),
    )
  const list = [
    ...points.map((row) => line(row, `${kindName(row.kind)} ${row.name ?? ""}`)),
    ...shut.map((row) => line(row, t("coverage.building_n", { n: row.id }), t("coverage.no_gate"))),
    ...homes.map((row) => line(row, t("coverage.building_n", { n: row.id }))),
  ]
  return show(
    find("#off-street"),
    el(
      "details",
      {},
      el("summary", {}, summary),
      shut.length ? el("p", {}, t("coverage.enclosed", { n: count(shut.length) })) : null,
      el("ul", { class: "off-list" }, ...list.slice(0, MOST)),
      list.length > MOST
        ? el("p", { class: "caption" }, t("coverage.and_more", { n: count(list.length - MOST) }))
        : null,
    ),
  )
}
