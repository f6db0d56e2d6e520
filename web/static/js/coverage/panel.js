// The panel of service circles: one large figure, walking against straight, all grids from low to high.
import { el, find, icon, show } from "../dom.js"
import { language, ours, t } from "../language.js"
import { count, percent } from "../number-format.js"

/** Class of a share of covered households, for its bar: very low, low or fine. */
const shareClass = (share) => (share < 50 ? "very-low" : share < 90 ? "low" : "")

const households = (n) => t("coverage.n_households", { n: count(n) })
const bar = (share, className, tick) =>
  el(
    "div",
    { class: `cover-bar ${className}` },
    el("i", { style: { width: `${share}%` } }),
    tick === undefined ? null : el("u", { style: { left: `calc(${tick}% - 1px)` } }),
  )
const short = (code) => (code ?? "").slice(-3)
const communityOf = (code) => (code ?? "").slice(-6, -3)

export function drawHeadline(coverage, { minutes }, kind) {
  if (!coverage) {
    show(
      find("#headline"),
      el("div", { class: "empty" }, icon("walk"), el("p", {}, t("coverage.no_services"))),
    )
    return
  }
  const { covered, total, percent: share, straight_covered: straight } = coverage
  const straightShare = total ? (100 * straight) / total : 0
  const over = straight - covered
  show(
    find("#headline"),
    el(
      "div",
      { class: "headline" },
      el("div", { class: "big" }, count(share, 1), el("small", {}, "%")),
      el(
        "div",
        {},
        el("span", {}, t("coverage.within", { n: minutes, kind: kind?.[language] ?? "" })),
        el("b", {}, `${count(covered)} / ${households(total)}`),
      ),
    ),
    el(
      "div",
      { class: "compare-bars" },
      ...[
        ["walking", covered, share, "strong"],
        ["straight_circle", straight, straightShare, "straight"],
      ].flatMap(([key, n, part, look]) => [
        el("span", {}, t(`coverage.${key}`)),
        bar(part, look),
        el("span", { class: "number" }, households(n)),
        el("span", { class: "number" }, percent(part / 100)),
      ]),
    ),
    over > 0
      ? el(
          "p",
          { class: "note" },
          icon("warn"),
          el(
            "span",
            {},
            t("coverage.overclaim", { n: count(over), points: count(straightShare - share, 1) }),
          ),
        )
      : null,
    coverage.unsnapped
      ? el("p", { class: "caption" }, t("coverage.unsnapped", { n: count(coverage.unsnapped) }))
      : null,
  )
}

export function drawGrids({ grids, covered, total, percent: share }, zoomTo) {
  const head = ["grid", "households", "uncovered", "share", "percent"].map((key) =>
    el(
      "th",
      { class: key === "grid" || key === "share" ? (key === "share" ? "wide" : null) : "number" },
      t(`coverage.col_${key}`),
    ),
  )
  const row = (grid) => {
    const line = el(
      "tr",
      { class: "clickable", tabindex: "0", title: grid.code },
      el(
        "td",
        {},
        el("b", {}, short(grid.code)),
        el("span", { class: "muted" }, ` ${communityOf(grid.code)}`),
      ),
      el("td", { class: "number" }, count(grid.households)),
      el("td", { class: "number" }, count(grid.uncovered)),
      el("td", {}, bar(grid.percent ?? 0, shareClass(grid.percent ?? 0), grid.straight_percent ?? undefined)),
      el(
        "td",
        { class: "number" },
        grid.percent === null ? "–" : count(grid.percent, grid.percent % 100 === 0 ? 0 : 1),
      ),
    )
    line.addEventListener("click", () => zoomTo(grid.grid))
    line.addEventListener("keydown", (event) => event.key === "Enter" && zoomTo(grid.grid))
    return line
  }
  const rows = [...grids]
    .sort((a, b) => (a.percent ?? 101) - (b.percent ?? 101) || b.uncovered - a.uncovered)
    .map(row)
  const sum = el(
    "tr",
    {},
    el("td", {}, t("coverage.sum")),
    el("td", { class: "number" }, count(total)),
    el("td", { class: "number" }, count(total - covered)),
    el("td"),
    el("td", { class: "number" }, count(share, 1)),
  )
  show(
    find("#grids"),
    el(
      "table",
      { class: "table" },
      el("thead", {}, el("tr", {}, ...head)),
      el("tbody", {}, ...rows),
      el("tfoot", {}, sum),
    ),
  )
}

export function drawCircle(circle, { minutes }, closed) {
  const card = find("#circle")
  const close = el(
    "button",
    { type: "button", class: "icon-btn", "aria-label": t("coverage.close") },
    icon("cross"),
  )
  close.addEventListener("click", () => {
    card.hidden = true
    closed()
  })
  const fact = (n) =>
    el(
      "div",
      {},
      el("b", {}, count(circle.households[n])),
      el("span", {}, t("coverage.households_in", { n })),
    )
  const over = circle.households_straight - circle.households[minutes]
  card.hidden = false
  show(
    card,
    el(
      "div",
      { class: "section-head" },
      el("h2", { class: "grow" }, circle.service.name || t("coverage.unnamed")),
      close,
    ),
    el("div", { class: "circle-facts" }, ...circle.minutes.map(fact)),
    el(
      "p",
      { class: "caption" },
      t("coverage.circle_straight", {
        n: count(circle.households_straight),
        over: count(Math.max(0, over)),
        m: count(circle.straight_radius_m),
      }),
    ),
  )
}

export function drawSource(kind, { formula }) {
  if (!kind) return
  const checked = kind.verified ? t("coverage.verified") : t("coverage.unverified")
  show(
    find("#source"),
    el(
      "p",
      {},
      t("coverage.source", {
        source: kind.source,
        checked,
        minutes: kind.minutes,
        radius: count(kind.radius_m),
      }),
    ),
    formula ? el("p", {}, typeof formula === "string" ? formula : ours(formula)) : null,
  )
}
