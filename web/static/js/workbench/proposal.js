// What auto-balance proposes: sums with their proof, moves by pair of grids to take or leave, before and after.
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { count, percent } from "../number-format.js"
import { brokenBy } from "../plan/contiguity.js"
import { fromServer, loadOf } from "../plan/model.js"
import { toast } from "../toast.js"
import { isShown, shortOf } from "./desk.js"
import { commit, undo } from "./gestures.js"
import { showPreview } from "./preview.js"
import { beforeAfter, pairTable } from "./proposal-tables.js"
import { reasonLine } from "./reasons.js"

/** `kind` is the gesture that accepting makes; `back` leads to settings, where there are any. */
export function showProposal(desk, answer, { kind = "balance", title, back, close }) {
  const moves = fromServer(desk.plan, answer.moves)
  const pairs = pairsOf(desk, moves)
  desk.proposal = { answer, pairs }
  const refresh = () => {
    const taken = pairs.filter((pair) => pair.isTaken).flatMap((pair) => pair.moves)
    showPreview(desk, taken)
    show(
      find("#panel-balance"),
      el(
        "div",
        { class: "balance-panel" },
        el("header", {}, el("h1", { class: "grow" }, title ?? t("workbench.proposal"))),
        verdict(desk, answer, taken),
        sums(desk, answer, taken),
        pairTable(desk, pairs, refresh),
        beforeAfter(desk, taken),
        buttons(taken.length),
      ),
    )
  }
  const buttons = (n) => {
    const all = n === answer.moves.length
    const accept = el(
      "button",
      {
        type: "button",
        class: "btn primary",
        id: "balance-accept",
        disabled: n === 0,
        onclick: () => acceptTaken(desk, pairs, kind, close),
      },
      t(all ? "workbench.accept_all" : "workbench.accept_part"),
    )
    return el(
      "div",
      { class: "card-actions" },
      accept,
      back && el("button", { type: "button", class: "btn", onclick: back }, t("workbench.settings")),
      el("button", { type: "button", class: "btn quiet", onclick: close }, t("common.cancel")),
    )
  }
  refresh()
}

/** Moves by the pair of grids they go between, the heaviest first. */
function pairsOf(desk, moves) {
  const found = new Map()
  for (const move of moves) {
    const key = `${move[1]}-${move[2]}`
    if (!found.has(key)) found.set(key, { from: move[1], to: move[2], moves: [], isTaken: true })
    found.get(key).moves.push(move)
  }
  const pairs = [...found.values()].map((pair) => ({ ...pair, ...loadOf(desk.plan, pair.moves) }))
  return pairs.sort((one, other) => other.households - one.households)
}

function acceptTaken(desk, pairs, kind, close) {
  const moves = pairs.filter((pair) => pair.isTaken).flatMap((pair) => pair.moves)
  close()
  commit(desk, kind, moves)
  toast(t("workbench.moved", { n: count(loadOf(desk.plan, moves).households) }), {
    label: t("workbench.undo"),
    run: () => undo(desk),
  })
}

/** How the taken part stands: the engine's word for the whole, our own count for less. */
function verdict(desk, answer, taken) {
  if (taken.length < answer.moves.length) return partVerdict(desk, taken)
  const isDone = answer.in_band && !answer.moves.length
  const words = isDone ? "already_balanced" : answer.in_band ? "proposal_in_band" : "proposal_not_in_band"
  const told = answer.reasons ?? []
  desk.showReasons(told)
  const reasons = told.map((reason) => reasonLine(desk, reason))
  return el("div", {}, pill(answer.in_band, t(`workbench.${words}`)), reasons)
}

const pill = (isGood, words) =>
  el("span", { class: `pill ${isGood ? "ok" : "warn"}` }, icon(isGood ? "check" : "warn"), words)

function partVerdict(desk, taken) {
  const { plan } = desk
  const [torn] = brokenBy(plan.graph, plan.grid, taken, plan.households)
  if (torn) return pill(false, t("workbench.part_torn", { grid: shortOf(desk, torn.position) }))
  const out = [...desk.preview.households.keys()].filter(
    (position) =>
      isShown(desk, position) &&
      (desk.preview.households[position] < plan.band.low ||
        desk.preview.households[position] > plan.band.high),
  )
  const grids = out.map((position) => shortOf(desk, position)).join(t("workbench.list_comma"))
  return pill(!out.length, t(out.length ? "workbench.part_out" : "workbench.proposal_in_band", { grids }))
}

function sums(desk, answer, taken) {
  const { buildings, households } = loadOf(desk.plan, taken)
  const all = desk.plan.totals.households.reduce((sum, n) => sum + n, 0)
  const worst = (list) =>
    Array.from(list)
      .filter((_, position) => isShown(desk, position))
      .reduce((most, n) => Math.max(most, Math.abs(n - desk.plan.band.target)), 0)
  const after = desk.preview?.households ?? desk.plan.totals.households
  const item = (label, value, note) =>
    el("div", {}, el("dt", {}, label), el("dd", {}, value), el("small", {}, note))
  return el(
    "dl",
    { class: "sums" },
    item(
      t("workbench.moved_households"),
      count(households),
      t("workbench.proven_least", {
        n: count(answer.lower_bound),
        share: percent(all ? households / all : 0),
      }),
    ),
    item(
      t("workbench.moved_buildings"),
      count(buildings),
      t("workbench.seconds", { n: count(answer.seconds, 1) }),
    ),
    item(
      t("workbench.worst"),
      count(worst(after)),
      t("workbench.before", { n: count(worst(desk.plan.totals.households)) }),
    ),
  )
}
