// Somebody else changed the same ground: see mine, theirs and what it was; keep mine, take theirs, or save mine as a copy.
// Nothing is thrown away unasked.
import { el } from "../dom.js"
import { t } from "../language.js"
import { dismiss, message, sayError } from "../messages.js"
import { fromServer, openPlan, toServer } from "../plan/model.js"
import { kindOf, movesOnto, wantedOf } from "../plan/wanted.js"
import { time } from "../number-format.js"
import { post } from "../request.js"
import { legendSwatch } from "../map/patterns.js"
import { tell } from "./desk.js"
import { forgetUnsaved } from "./unsaved.js"
import { commit, fetchPlan } from "./gestures.js"

const SIDES = ["mine", "theirs", "base"]

/** `reopen(answer)` puts the server's plan on the desk. */
export function sayConflict(desk, error, reopen) {
  const mine = wantedOf(desk.plan)
  const { who, at } = error.facts
  const ask = (label, act) => ({
    label: t(label),
    run: () => {
      closeConflict(desk)
      act().catch((problem) => sayError(problem))
    },
  })
  const bar = message({
    id: "conflict",
    tone: "warn",
    text: t("workbench.conflict", { name: who ?? t("workbench.somebody"), time: at ? time(at) : "" }),
    code: error.code,
    close: false,
    actions: [
      ask("workbench.keep_mine", () => keepMine(desk, mine, reopen)),
      ask("workbench.take_theirs", async () => reopen(await fetchPlan(desk.plan.id))),
      ask("workbench.save_copy", () => saveCopy(desk, mine)),
    ],
  })
  if (error.facts.recut) return
  desk.conflict = threeSides(desk.plan, error.facts.moves_since ?? [])
  bar.insertBefore(sideButtons(desk), bar.querySelector(".grow"))
  showSide(desk, "mine")
}

function closeConflict(desk) {
  dismiss("conflict")
  forgetUnsaved(desk.plan)
  desk.conflict = null
  desk.layers.territory.recolour()
}

/** The grid of each differing cell as I want it, as they have it, and as it was. */
export function threeSides(plan, movesSince) {
  const sides = { mine: new Map(), theirs: new Map(), base: new Map(), shown: "mine" }
  const theirs = new Map(fromServer(plan, movesSince).map(([cell, , to]) => [cell, to]))
  for (let cell = 0; cell < plan.grid.length; cell++) {
    const base = plan.saved[cell]
    const other = theirs.get(cell) ?? base
    if (plan.grid[cell] === base && other === base) continue
    sides.mine.set(cell, plan.grid[cell])
    sides.theirs.set(cell, other)
    sides.base.set(cell, base)
  }
  return sides
}

function sideButtons(desk) {
  const buttons = SIDES.map((side) =>
    el(
      "button",
      { type: "button", "data-side": side, "aria-pressed": "false", onclick: () => showSide(desk, side) },
      legendSwatch("#fff", side),
      t(`workbench.side_${side}`),
    ),
  )
  return el("span", { class: "segments", role: "group", "aria-label": t("workbench.sides") }, ...buttons)
}

function showSide(desk, side) {
  desk.conflict.shown = side
  for (const button of document.querySelectorAll("#message-conflict [data-side]"))
    button.setAttribute("aria-pressed", String(button.dataset.side === side))
  desk.layers.territory.recolour()
  const positions = [...new Set(SIDES.flatMap((name) => [...desk.conflict[name].values()]))]
  if (positions.length) tell(desk, "zoom-to", { positions, onlyIfHidden: true })
}

async function keepMine(desk, mine, reopen) {
  reopen(await fetchPlan(desk.plan.id))
  const moves = movesOnto(desk.plan, mine)
  commit(desk, kindOf(desk.plan, moves), moves)
}

async function saveCopy(desk, mine) {
  const { id } = await post("/api/plans", {
    unit: desk.plan.unit.id,
    start: desk.plan.id,
    name: t("workbench.copy_of", { name: desk.plan.name }),
  })
  const copy = openPlan(await fetchPlan(id))
  const moves = movesOnto(copy, mine)
  if (moves.length)
    await post(`/api/plans/${id}/edits`, {
      base_version: copy.version,
      kind: kindOf(copy, moves),
      moves: toServer(copy, moves),
    })
  desk.queue.restart(desk.queue.version) // what was not saved here is saved there: leave without asking
  location.assign(`/plans/${id}`)
}
