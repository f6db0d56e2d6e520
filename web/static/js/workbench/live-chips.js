// Beside the pointer, before the button is let go: what the receiver gains, what the donor gives, and whether it holds.
import { el, icon, show } from "../dom.js"
import { t } from "../language.js"
import { brokenBy } from "../plan/contiguity.js"
import { loadOf } from "../plan/model.js"
import { count, range, signed } from "../number-format.js"
import { tone } from "../map/palette.js"
import { effectOf, shortOf } from "./desk.js"

const FREE_ON_EITHER_SIDE = 190

/** Show the chips at container point `at` for the moves under way; hide them when there are none. */
export function showLive(desk, holder, at, moves, into = desk.receiver) {
  holder.hidden = !moves.length
  if (!moves.length) return
  const touched = [...effectOf(desk, moves).values()]
  const gains = touched.filter(
    (grid) => grid.after > grid.before || (grid.after === grid.before && grid.position === into),
  )
  const gives = touched.filter((grid) => !gains.includes(grid))
  const largest = (list) =>
    list.sort((one, other) => Math.abs(other.after - other.before) - Math.abs(one.after - one.before))[0]
  const width = desk.map.getSize().x
  holder.style.transform = `translate(${Math.max(FREE_ON_EITHER_SIDE, Math.min(width - FREE_ON_EITHER_SIDE, at.x))}px, ${at.y}px)`
  const receiver = gains.find((grid) => grid.position === into) ?? largest(gains)
  show(
    holder,
    receiver && chip(desk, "receiver", receiver),
    gives.length > 0 && chip(desk, "donor", largest(gives)),
    verdict(desk, moves, touched),
  )
}

function chip(desk, way, { position, before, after, cells }) {
  const { band } = desk.plan
  const isDissolved = cells === 0
  return el(
    "div",
    { class: `chip ${way}` },
    el("span", { class: "way" }, t(`workbench.${way}`)),
    el("span", { class: "code" }, shortOf(desk, position)),
    el("span", { class: "change" }, `${count(before)} → `, el("b", {}, count(after))),
    isDissolved
      ? el("span", { class: "pill" }, t("workbench.code_retires"))
      : el(
          "span",
          { class: `pill ${tone(after, band) === "ok" ? "" : tone(after, band)}` },
          signed(after - band.target),
        ),
  )
}

/** One line on contiguity first, then on the band. */
function verdict(desk, moves, touched) {
  const { plan } = desk
  const broken = brokenBy(plan.graph, plan.grid, moves, plan.households)
  if (broken.length) {
    const n = broken[0].cells.reduce((sum, cell) => sum + plan.households[cell], 0)
    return pill(
      "over",
      "warn",
      t("workbench.would_split", { grid: shortOf(desk, broken[0].position), n: count(n) }),
    )
  }
  const { buildings, households } = loadOf(plan, moves)
  const load = t("workbench.load", { buildings: count(buildings), households: count(households) })
  const left = touched.filter(({ cells }) => cells > 0)
  const out = left.filter(({ after }) => ["over", "under"].includes(tone(after, plan.band)))
  const band = range(plan.band.low, plan.band.high)
  if (!out.length) return pill("", "check", `${load}${t("workbench.all_in_band", { band })}`)
  const grids = out.map(({ position }) => shortOf(desk, position)).join(t("workbench.list_comma"))
  return pill("warn", "warn", `${load}${t("workbench.still_out", { grids, band })}`)
}

const pill = (kind, sign, text) => el("div", { class: `verdict ${kind}` }, icon(sign), text)
