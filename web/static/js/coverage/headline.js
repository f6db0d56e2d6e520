// The head of the panel: one large figure, walking against straight, the over-claim in both denominators.
import { el, find, icon, show } from "../dom.js"
import { language, t } from "../language.js"
import { count, percent } from "../number-format.js"
import { bar, bare } from "./bars.js"
import { openLine } from "./opening.js"
import { figures } from "./shares.js"

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

/** A kind that cares for the elderly also says how many of them it reaches, whatever is counted. */
function careLine(answer, { mode }) {
  const { served, whole, share } = figures(answer, { count: "elderly", mode })
  const facts = { n: count(served), all: count(whole), percent: percent((share ?? 0) / 100) }
  return el("p", {}, t("coverage.care_line", facts))
}

const noElderly = () => el("p", { class: "caption" }, t("coverage.no_elderly"))

function comparison(answer, { mode, count: counted }) {
  const walk = figures(answer, { mode: "walk", count: counted })
  const straight = figures(answer, { mode: "radius", count: counted })
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
      el("span", { class: "number" }, t(`coverage.n_${counted}`, { n: count(served) })),
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
  const n = t(`coverage.n_${choice.count}`, { n: count(whole) })
  show(
    find("#headline"),
    el(
      "div",
      { class: "headline" },
      el("div", { class: "big" }, bare(share, count), share === null ? null : el("small", {}, "%")),
      el("div", {}, el("span", {}, t(within, facts)), el("b", {}, `${count(served)} / ${n}`)),
    ),
    choice.count === "elderly" && !whole ? noElderly() : comparison(answer, choice),
    kind.care && answer.elderly && choice.count !== "elderly" ? careLine(answer, choice) : null,
    answer.open
      ? el("p", { class: "note calm" }, icon("clock"), el("span", {}, openLine(answer.open)))
      : null,
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
    el("p", {}, t("coverage.share_formula")),
  )
}
