// The figures on top: what moves, how the grids and the worst deviation change.
import { el, show } from "../dom.js"
import { t } from "../language.js"
import { count, percent, range, signed } from "../number-format.js"

export function showSums(holder, { sums, after }) {
  const whole = sums.households[1]
  const [worst, now] = sums.max_deviation
  const limit = Math.round(after.band.target * 0.2)
  show(
    holder,
    el(
      "dl",
      { class: "sums" },
      sum("moved_households", count(sums.moved_households), whole && percent(sums.moved_households / whole)),
      sum("moved_buildings", count(sums.moved_buildings), `/ ${count(sums.buildings)}`),
      sum("grids", count(sums.grids[1]), sums.grids[0] === sums.grids[1] ? "" : `← ${count(sums.grids[0])}`),
      sum(
        "max_deviation",
        signed(now),
        t("comparison.was", { n: signed(worst) }),
        Math.abs(now) <= limit ? "ok" : "warn",
      ),
    ),
    el("p", { class: "fates" }, fates(sums)),
    sums.least_moved > 0 && el("p", { class: "caption", id: "least-moved" }, leastLine(sums, after)),
    el(
      "p",
      { class: "caption" },
      t("comparison.new_leader_line", {
        households: count(sums.new_leader_households),
        buildings: count(sums.new_leader_buildings),
      }),
    ),
  )
}

/** What no plan within the band can do without, beside what this one moves. */
const leastLine = (sums, { band }) =>
  t("comparison.least_moved", { n: count(sums.least_moved), band: range(band.low, band.high) })

const sum = (name, value, more, tone = "") =>
  el(
    "div",
    {},
    el("dt", {}, t(`comparison.${name}`)),
    el("dd", {}, el("b", { class: tone ? `tone-${tone}` : "" }, value), more ? el("small", {}, more) : null),
  )

const fates = (sums) =>
  ["changed", "new", "gone", "kept"].map((fate) =>
    el("span", { class: `fate ${fate}` }, `${t(`comparison.fate_${fate}`)} `, el("b", {}, count(sums[fate]))),
  )
