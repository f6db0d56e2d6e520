// Somebody else changed the plan: keep mine, take theirs, or save mine as a copy. Nothing is thrown away unasked.
import { t } from "../language.js"
import { dismiss, message, sayError } from "../messages.js"
import { makesGrid, newGrid } from "../plan/grids.js"
import { difference, emptiedBy, openPlan, toServer } from "../plan/model.js"
import { time } from "../number-format.js"
import { post, request } from "../request.js"
import { commit, fetchPlan } from "./gestures.js"

/** `reopen(answer)` puts the server's plan on the desk. */
export async function sayConflict(desk, error, reopen) {
  const mine = wantedHere(desk)
  const by = await lastEditor(desk)
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

async function lastEditor(desk) {
  const [edit] = await request(`/api/plans/${desk.plan.id}/edits?limit=1`).catch(() => [])
  return { name: edit?.who ?? t("workbench.somebody"), time: edit ? time(edit.at) : "" }
}

/** A grid by its position; one that the server never saw has none that means anything there. */
const nameOf = (grid) => (grid.isUnborn ? `new ${grid.position}` : grid.position)

/** What this page changed since the plan was opened or last saved: cell id -> name of its grid. */
function wantedHere(desk) {
  const wanted = new Map()
  for (let cell = 0; cell < desk.plan.grid.length; cell++) {
    if (desk.plan.grid[cell] !== desk.plan.saved[cell])
      wanted.set(desk.plan.ids[cell], nameOf(desk.plan.grids[desk.plan.grid[cell]]))
  }
  return wanted
}

const takeTheirs = async (desk, reopen) => {
  dismiss("conflict")
  reopen(await fetchPlan(desk.plan.id))
}

async function keepMine(desk, mine, reopen) {
  dismiss("conflict")
  reopen(await fetchPlan(desk.plan.id))
  const moves = movesOnto(desk.plan, mine)
  commit(desk, kindOf(desk.plan, moves), moves)
}

function kindOf(plan, moves) {
  if (makesGrid(plan, moves)) return "split"
  return emptiedBy(plan, moves) === undefined ? "brush" : "merge"
}

function movesOnto(plan, wanted) {
  const target = plan.grid.slice()
  const gridOf = (name) => (typeof name === "string" ? newGrid(plan) : plan.indexOfGrid.get(name))
  for (const [id, name] of wanted) {
    const cell = plan.indexOf.get(id)
    const grid = cell === undefined ? undefined : gridOf(name)
    if (cell !== undefined && grid !== undefined) target[cell] = grid
  }
  return difference(plan, target)
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
  location.assign(`/plans/${id}`)
}
