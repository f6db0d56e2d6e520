// One suggestion at a time, the best first: what it moves, what it does to both grids; apply, preview, dismiss.
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { fromServer, loadOf } from "../plan/model.js"
import { count } from "../number-format.js"
import { request } from "../request.js"
import { toast } from "../toast.js"
import { listen, shortOf, tell } from "./desk.js"
import { commit, undo } from "./gestures.js"
import { clearPreview, showPreview } from "./preview.js"

const PAUSE_MS = 500

export function bindSuggestions(desk) {
  const state = { list: [], at: 0, dismissed: new Set(), timer: null }
  listen(desk, "plan-opened saved", () => {
    clearTimeout(state.timer)
    state.timer = setTimeout(() => refresh(desk, state), PAUSE_MS)
  })
  listen(desk, "plan-changed", () => {
    state.list = []
    render(desk, state)
  })
}

/** The suggestion with its grids as indices of this page. */
function withGrids({ plan }, suggestion) {
  return {
    ...suggestion,
    from: plan.indexOfGrid.get(suggestion.from),
    to: plan.indexOfGrid.get(suggestion.to),
  }
}

const keyOf = (suggestion) => JSON.stringify(suggestion.moves)

async function refresh(desk, state) {
  if (!desk.plan.editable) return
  const answer = await request(`/api/plans/${desk.plan.id}/suggestions`).catch(() => [])
  const list = answer.map((suggestion) => withGrids(desk, suggestion))
  state.list = list.filter((suggestion) => !state.dismissed.has(keyOf(suggestion)))
  state.at = 0
  render(desk, state)
}

function render(desk, state) {
  const holder = find("#suggestions")
  const suggestion = state.list[state.at]
  holder.hidden = !suggestion || desk.queue.length > 0
  if (holder.hidden) return
  show(
    holder,
    el(
      "div",
      { class: "suggestion" },
      headline(desk, suggestion),
      figures(desk, suggestion),
      actions(desk, state, suggestion),
    ),
  )
}

const movesOf = (desk, suggestion) => fromServer(desk.plan, suggestion.moves)

function headline(desk, suggestion) {
  const { buildings } = loadOf(desk.plan, movesOf(desk, suggestion))
  const { low, high, target } = desk.plan.band
  const after = [suggestion.households.from[1], suggestion.households.to[1]]
  const inTarget = after.every((n) => Math.abs(n - target) <= target * 0.2)
  const inBand = after.every((n) => n >= low && n <= high)
  const ending = inTarget
    ? "workbench.suggest_target"
    : inBand
      ? "workbench.suggest_band"
      : "workbench.suggest_closer"
  const words = t(ending, { n: count(buildings), grid: shortOf(desk, suggestion.to) })
  return el("p", { class: "line" }, icon("bulb"), el("span", {}, words))
}

function figures(desk, suggestion) {
  const { households } = loadOf(desk.plan, movesOf(desk, suggestion))
  const change = (position, [before, after]) =>
    el("span", {}, `${shortOf(desk, position)}  ${count(before)} → `, el("b", {}, count(after)))
  return el(
    "p",
    { class: "figures-line" },
    change(suggestion.from, suggestion.households.from),
    change(suggestion.to, suggestion.households.to),
    el("span", {}, t("workbench.moves_households", { n: count(households) })),
  )
}

function actions(desk, state, suggestion) {
  const button = (label, run, kind = "") =>
    el("button", { type: "button", class: `btn small ${kind}`, onclick: run }, label)
  const step = (by, name, label) =>
    el(
      "button",
      { type: "button", class: "icon-btn", "aria-label": label, onclick: () => turn(desk, state, by) },
      icon(name),
    )
  return el(
    "div",
    { class: "actions" },
    button(t("workbench.apply"), () => apply(desk, suggestion), "primary"),
    button(t("workbench.preview"), () => preview(desk, suggestion)),
    button(t("workbench.dismiss"), () => dismiss(desk, state, suggestion), "quiet"),
    el("span", { class: "grow" }),
    state.list.length > 1 ? step(-1, "chevron-left", t("workbench.previous")) : null,
    el("span", { class: "caption" }, `${state.at + 1} / ${state.list.length}`),
    state.list.length > 1 ? step(1, "chevron", t("workbench.next")) : null,
  )
}

function turn(desk, state, by) {
  clearPreview(desk)
  state.at = (state.at + by + state.list.length) % state.list.length
  render(desk, state)
}

function apply(desk, suggestion) {
  clearPreview(desk)
  const moves = movesOf(desk, suggestion)
  commit(desk, "suggestion", moves)
  toast(t("workbench.moved", { n: count(loadOf(desk.plan, moves).households) }), {
    label: t("workbench.undo"),
    run: () => undo(desk),
  })
}

function preview(desk, suggestion) {
  const moves = movesOf(desk, suggestion)
  showPreview(desk, moves)
  tell(desk, "zoom-to", { positions: [suggestion.from, suggestion.to] })
}

function dismiss(desk, state, suggestion) {
  clearPreview(desk)
  state.dismissed.add(keyOf(suggestion))
  state.list = state.list.filter((one) => one !== suggestion)
  state.at = 0
  render(desk, state)
}
