// Beside the pointer, before the button is let go: what the receiver gains, what the donor gives, and whether it holds.
import { el, icon, show } from "../dom.js"
import { t } from "../language.js"
import { brokenBy } from "../plan/contiguity.js"
import { loadOf } from "../plan/model.js"
import { count, percent, range, signed } from "../number-format.js"
import { tone } from "../map/palette.js"
import { effectOf, shortOf } from "./desk.js"

const FREE_ON_EITHER_SIDE = 200

/** Show the chips at container point `at` for the moves under way; hide them when there are none. */
export function showLive(desk, holder, at, moves, into = desk.receiver) {
  if (!moves.length) return hideLive(desk, holder)
  const { plan } = desk
  const touched = [...effectOf(desk, moves).values()]
  const broken = brokenBy(plan.graph, plan.grid, moves, plan.households)
  showFalling(desk, broken)
  const verdict = broken.length ? brokenPill(desk, broken[0]) : loadPill(desk, loadOf(plan, moves), touched)
  return showEffect(desk, holder, at, { touched, into, verdict })
}

export function hideLive(desk, holder) {
  holder.hidden = true
  showFalling(desk, [])
}

/** `touched`: [{position, before, after, cells}]; the grid `into` counts as the receiver. */
export function showEffect(desk, holder, at, { touched, into, verdict }) {
  const isGain = ({ position, before, after }) => after > before || (after === before && position === into)
  const gains = touched.filter(isGain)
  const gives = touched.filter((grid) => !gains.includes(grid))
  const largest = (list) =>
    list.sort((one, other) => Math.abs(other.after - other.before) - Math.abs(one.after - one.before))[0]
  const { x: width, y: height } = desk.map.getSize()
  const x = Math.max(FREE_ON_EITHER_SIDE, Math.min(width - FREE_ON_EITHER_SIDE, at.x))
  const y = Math.max(110, Math.min(height - 100, at.y))
  holder.hidden = false
  holder.style.transform = `translate(${x}px, ${y}px)`
  const receiver = gains.find((grid) => grid.position === into) ?? largest(gains)
  show(
    holder,
    receiver && chip(desk, "receiver", receiver),
    gives.length > 0 && chip(desk, "donor", largest(gives)),
    verdict,
  )
}

/** Absolute first, per cent of the target second, and what the grid still needs to be in the band. */
function chip(desk, way, { position, before, after, cells }) {
  const { band } = desk.plan
  const kind = tone(after, band)
  const share = percent((after - band.target) / band.target)
  const pill =
    cells === 0
      ? el("span", { class: "pill" }, t("workbench.code_retires"))
      : el("span", { class: `pill ${kind === "ok" ? "" : kind}` }, signed(after - band.target))
  return el(
    "div",
    { class: `chip ${way}` },
    el("span", { class: "way" }, t(`workbench.${way}`)),
    el("span", { class: "code" }, shortOf(desk, position)),
    el("span", { class: "change" }, `${count(before)} → `, el("b", {}, count(after))),
    pill,
    cells > 0 && el("span", { class: "needs" }, needs(after, band)),
    cells > 0 && el("span", { class: "share" }, after >= band.target ? `+${share}` : share),
  )
}

function needs(after, { low, high }) {
  if (after < low) return t("workbench.needs_more", { n: count(low - after) })
  return after > high ? t("workbench.needs_less", { n: count(after - high) }) : t("workbench.needs_nothing")
}

/** The pieces that would fall off wear a cross-hatch on the map. */
function showFalling(desk, broken) {
  const cells = new Set(broken.flatMap((one) => one.cells))
  if (!cells.size && !desk.falling.size) return
  const changed = [...new Set([...cells, ...desk.falling])]
  desk.falling = cells
  desk.layers.territory.recolour(changed.map((cell) => desk.plan.ids[cell]))
}

function brokenPill(desk, { position, cells }) {
  const n = cells.reduce((sum, cell) => sum + desk.plan.households[cell], 0)
  return pill("over", "warn", t("workbench.would_split", { grid: shortOf(desk, position), n: count(n) }))
}

/** One line on what is moved and whether all stay in the band. */
export function loadPill(desk, { buildings, households }, touched) {
  const { plan } = desk
  const load = t("workbench.load", { buildings: count(buildings), households: count(households) })
  const out = touched.filter(
    ({ after, cells }) => cells > 0 && ["over", "under"].includes(tone(after, plan.band)),
  )
  const band = range(plan.band.low, plan.band.high)
  if (!out.length) return pill("", "check", `${load}${t("workbench.all_in_band", { band })}`)
  const grids = out.map(({ position }) => shortOf(desk, position)).join(t("workbench.list_comma"))
  return pill("warn", "warn", `${load}${t("workbench.still_out", { grids, band })}`)
}

const pill = (kind, sign, text) => el("div", { class: `verdict ${kind}` }, icon(sign), text)
