// Somebody else changed the plan: keep mine, take theirs, or save mine as a copy. Nothing is thrown away unasked.
import { t } from "../language.js"
import { dismiss, message, sayError } from "../messages.js"
import { difference, openPlan, toServer } from "../plan/model.js"
import { post } from "../request.js"
import { fetchPlan } from "./gestures.js"

/** `reopen(answer)` puts the server's plan on the desk. */
export function sayConflict(desk, error, reopen) {
  const mine = wantedHere(desk)
  const by = { name: error.facts.by ?? t("workbench.somebody"), time: error.facts.at ?? "" }
  const ask = (label, act) => ({ label: t(label), run: () => act().catch((problem) => sayError(problem)) })
  message({
    id: "conflict",
    tone: "warn",
    text: t("workbench.conflict", by),
    code: error.code,
    close: false,
    actions: [
      ask("workbench.keep_mine", () => keepMine(desk, mine, reopen)),
      ask("workbench.take_theirs", () => takeTheirs(desk, reopen)),
      ask("workbench.save_copy", () => saveCopy(desk, mine)),
    ],
  })
}

/** What this page changed since the plan was opened or last saved: cell id -> position. */
function wantedHere(desk) {
  const wanted = new Map()
  for (let cell = 0; cell < desk.plan.grid.length; cell++) {
    if (desk.plan.grid[cell] !== desk.plan.saved[cell]) wanted.set(desk.plan.ids[cell], desk.plan.grid[cell])
  }
  return wanted
}

const takeTheirs = async (desk, reopen) => {
  dismiss("conflict")
  reopen(await fetchPlan(desk.plan.id))
}

async function keepMine(desk, mine, reopen) {
  const { commit } = await import("./gestures.js")
  dismiss("conflict")
  reopen(await fetchPlan(desk.plan.id))
  commit(desk, "brush", movesOnto(desk.plan, mine))
}

function movesOnto(plan, wanted) {
  const target = plan.grid.slice()
  for (const [id, position] of wanted) {
    const cell = plan.indexOf.get(id)
    if (cell !== undefined) target[cell] = position
  }
  return difference(plan, target)
}

async function saveCopy(desk, mine) {
  const { id } = await post("/api/plans", { unit: desk.plan.unit.id, start: desk.plan.id, name: t("workbench.copy_of", { name: desk.plan.name }) })
  const copy = openPlan(await fetchPlan(id))
  const moves = movesOnto(copy, mine)
  if (moves.length) await post(`/api/plans/${id}/edits`, { base_version: copy.version, kind: "brush", moves: toServer(copy, moves) })
  location.assign(`/plans/${id}`)
}
