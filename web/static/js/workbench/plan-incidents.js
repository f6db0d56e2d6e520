// Open incidents beside a plan: how many each grid has, also while its borders move.
import { el, find, show } from "../dom.js"
import { t } from "../language.js"
import { sayError } from "../messages.js"
import { count, signed } from "../number-format.js"
import { openByGrid, openOf } from "../plan/incident-sums.js"
import { request } from "../request.js"
import { listen, pendingMoves, select, shortOf } from "./desk.js"

const state = { answer: null, column: null, before: null, frame: null }
const card = () => find("#plan-incidents details")

export function bindPlanIncidents(desk) {
  card().addEventListener("toggle", () => card().open && load(desk))
  listen(desk, "plan-opened", () => {
    state.answer = null
    if (card().open) load(desk)
  })
  listen(desk, "plan-changed preview-changed grids-changed", () => draw(desk))
  addEventListener("pointermove", () => desk.pending.size && soon(desk))
  for (const name of ["pointerdown", "pointerup"]) addEventListener(name, () => soon(desk))
}

/** In the next frame, once. */
function soon(desk) {
  state.frame ??= requestAnimationFrame(() => {
    state.frame = null
    draw(desk)
  })
}

async function load(desk) {
  const { plan } = desk
  try {
    const answer = await request(`/api/plans/${plan.id}/incidents`)
    if (desk.plan !== plan) return undefined
    state.answer = answer
    state.column = openOf(plan, answer.cells)
    state.before = openByGrid(plan, state.column)
    return draw(desk)
  } catch (error) {
    return sayError(error, { id: "plan-incidents" })
  }
}

function draw(desk) {
  if (!state.answer || !card().open) return
  const moves = desk.pending.size ? pendingMoves(desk) : (desk.preview?.moves ?? [])
  const sums = openByGrid(desk.plan, state.column, moves)
  const rows = sums
    .map((sum, position) => ({ ...sum, position, was: state.before[position]?.open ?? 0 }))
    .filter(({ open, was }) => open || was)
    .sort((a, b) => b.open - a.open || a.position - b.position)
  const most = Math.max(1, ...rows.map(({ open }) => open))
  const total = rows.reduce((all, { open }) => all + open, 0)
  show(
    find("#plan-incidents-grids"),
    rows.length > 0 &&
      el(
        "table",
        { class: "table coverage-rows" },
        el("tbody", {}, ...rows.map((row) => line(desk, row, most))),
      ),
    el("p", { class: "caption" }, foot(total, state.answer.elsewhere)),
  )
}

function foot(total, elsewhere) {
  if (!total && !elsewhere) return t("workbench.no_open_incidents")
  const words = t("workbench.open_incidents_foot", { n: count(total) })
  return elsewhere ? words + t("workbench.open_incidents_elsewhere", { n: count(elsewhere) }) : words
}

function line(desk, { position, open, overdue, was }, most) {
  const row = el(
    "tr",
    { class: "clickable", tabindex: "0" },
    el("td", {}, el("b", {}, shortOf(desk, position))),
    el(
      "td",
      { class: "wide" },
      el("div", { class: "bar" }, el("i", { style: { width: `${(100 * open) / most}%` } })),
    ),
    el("td", { class: "number" }, count(open)),
    el("td", { class: "number" }, open === was ? "" : signed(open - was)),
    el("td", { class: "number tone-over" }, overdue ? t("workbench.n_overdue", { n: count(overdue) }) : ""),
  )
  row.addEventListener("click", () => select(desk, position))
  row.addEventListener("keydown", (event) => event.key === "Enter" && select(desk, position))
  return row
}
