// Coverage beside a plan: each grid's share of households within the walk, also while its borders move.
import { el, find, show } from "../dom.js"
import { language, t } from "../language.js"
import { sayError } from "../messages.js"
import { count, signed } from "../number-format.js"
import { coveredOf, gridsCovered, shareOf } from "../plan/coverage-sums.js"
import { request } from "../request.js"
import { listen, pendingMoves, select, shortOf } from "./desk.js"

const state = { kinds: null, answer: null, covered: null, before: null, frame: null }
const card = () => find("#plan-coverage details")

export function bindPlanCoverage(desk) {
  card().addEventListener("toggle", () => card().open && load(desk))
  for (const name of ["kind", "minutes"])
    find(`#plan-coverage-${name}`).addEventListener("change", () => load(desk))
  listen(desk, "plan-opened", () => {
    state.answer = null
    if (card().open) load(desk)
  })
  listen(desk, "plan-changed preview-changed grids-changed", () => draw(desk))
  for (const gesture of ["pointerdown", "pointermove"])
    addEventListener(gesture, () => desk.pending.size && soon(desk))
  addEventListener("pointerup", () => soon(desk))
}

/** In the next frame, once. */
function soon(desk) {
  state.frame ??= requestAnimationFrame(() => {
    state.frame = null
    draw(desk)
  })
}

async function load(desk) {
  try {
    if (!state.kinds) fillKinds(await request("/api/services/kinds"))
    const kind = find("#plan-coverage-kind").value
    if (!kind) return show(find("#plan-coverage-grids"), el("p", {}, t("coverage.no_services")))
    const { plan } = desk
    const minutes = find("#plan-coverage-minutes").value
    const asked = new URLSearchParams({ kind, ...(minutes && { minutes }) })
    const answer = await request(`/api/plans/${plan.id}/coverage?${asked}`)
    const isOld = () => find("#plan-coverage-kind").value !== kind || desk.plan !== plan
    if (isOld() || find("#plan-coverage-minutes").value !== minutes) return null
    state.answer = answer
    state.covered = coveredOf(plan, answer.cells)
    state.before = gridsCovered(plan, state.covered)
    return draw(desk)
  } catch (error) {
    return sayError(error, { id: "plan-coverage" })
  }
}

function fillKinds(kinds) {
  state.kinds = kinds.filter(({ points }) => points > 0)
  const option = ({ key, ...names }) => el("option", { value: key }, names[language] ?? names.zh)
  show(find("#plan-coverage-kind"), ...state.kinds.map(option))
}

function draw(desk) {
  if (!state.answer || !card().open) return
  const moves = desk.pending.size ? pendingMoves(desk) : (desk.preview?.moves ?? [])
  const sums = gridsCovered(desk.plan, state.covered, moves)
  const rows = sums
    .map((sum, position) => ({ ...sum, position, share: shareOf(sum) }))
    .filter(({ households }) => households > 0)
    .sort((a, b) => a.share - b.share || b.households - a.households)
  const { minutes, speed_kmh: speed, limit_m: metres } = state.answer
  show(
    find("#plan-coverage-grids"),
    el("table", { class: "table coverage-rows" }, el("tbody", {}, ...rows.map((row) => line(desk, row)))),
    el("p", { class: "caption" }, t("coverage.plan_line", { n: minutes, speed, m: count(metres) })),
  )
}

function line(desk, { position, households, covered, share }) {
  const before = state.before[position]
  const change = before ? covered - before.covered : 0
  const row = el(
    "tr",
    { class: "clickable", tabindex: "0" },
    el("td", {}, el("b", {}, shortOf(desk, position))),
    el("td", { class: "wide" }, el("div", { class: "bar" }, el("i", { style: { width: `${share}%` } }))),
    el("td", { class: "number" }, `${count(covered)} / ${count(households)}`),
    el("td", { class: "number" }, change ? signed(change) : ""),
    el("td", { class: "number" }, `${count(share, share % 100 === 0 ? 0 : 1)} %`),
  )
  row.addEventListener("click", () => select(desk, position))
  row.addEventListener("keydown", (event) => event.key === "Enter" && select(desk, position))
  return row
}
