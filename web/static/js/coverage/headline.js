// The head of the panel: one large figure, walking against straight, the over-claim in both denominators.
import { el, find, icon, show } from "../dom.js"
import { language, t } from "../language.js"
import { count, percent } from "../number-format.js"
import { bar, bare } from "./bars.js"
import { figures } from "./shares.js"

const households = (n) => t("coverage.n_households", { n: count(n) })

/** No service point yet: what to do, and where. */
export function drawEmpty() {
  const go = el("a", { class: "btn", href: "/data" }, t("common.data"))
  show(
    find("#headline"),
    el("div", { class: "empty" }, icon("walk"), el("p", {}, t("coverage.no_services")), go),
  )
  for (const id of ["levels", "suggest", "source"]) find(`#${id}`).hidden = true
  find("#legend").hidden = true
}

function comparison(answer, { mode }) {
  const walk = figures(answer, { mode: "walk" })
  const straight = figures(answer, { mode: "radius" })
  const rows = [
    ["walking", walk, mode === "radius" ? "straight" : "strong"],
    ["straight_circle", straight, mode === "radius" ? "strong" : "straight"],
  ]
  return el(
    "div",
    { class: "compare-bars" },
    ...rows.flatMap(([key, { served, share }, look]) => [
      el("span", {}, t(`coverage.${key}`)),
      bar(share, look),
      el("span", { class: "number" }, households(served)),
      el("span", { class: "number" }, percent((share ?? 0) / 100)),
    ]),
  )
}

/** What the straight circle claims too much, with the shares of buildings beside it. */
function overclaim(answer) {
  const { covered, straight_covered: straight, total } = answer
  if (straight <= covered) return null
  const sentence = t("coverage.overclaim_both", {
    n: count(straight - covered),
    points: count((100 * (straight - covered)) / total, 1),
    walked: percent((answer.buildings_percent ?? 0) / 100),
    straight: percent((answer.buildings_straight_percent ?? 0) / 100),
  })
  return el("p", { class: "note" }, icon("warn"), el("span", {}, sentence))
}

export function drawHeadline(answer, choice, kind) {
  const { served, whole, share } = figures(answer, choice)
  const within = choice.mode === "radius" ? "coverage.within_radius" : "coverage.within"
  const facts = { n: choice.minutes, kind: kind[language], m: count(kind.radius_m) }
  const [n, all] =
    choice.count === "buildings"
      ? [t("coverage.n_buildings", { n: count(whole) }), served]
      : [households(whole), served]
  show(
    find("#headline"),
    el(
      "div",
      { class: "headline" },
      el("div", { class: "big" }, bare(share, count), share === null ? null : el("small", {}, "%")),
      el("div", {}, el("span", {}, t(within, facts)), el("b", {}, `${count(all)} / ${n}`)),
    ),
    comparison(answer, choice),
    overclaim(answer),
  )
}

export function drawSource(kind, answer) {
  const checked = t(kind.verified ? "coverage.verified" : "coverage.unverified")
  const facts = { source: kind.source, minutes: kind.minutes, radius: count(kind.radius_m) }
  show(
    find("#source"),
    el("h2", {}, t("coverage.source_title")),
    el(
      "p",
      {},
      t("coverage.source_line", { ...facts, tier: kind.tier }),
      " ",
      el("span", { class: kind.verified ? "pill ok" : "pill warn" }, checked),
    ),
    el("p", {}, answer.formula?.[language] ?? ""),
  )
}
