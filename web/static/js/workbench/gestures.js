// Every gesture on the plan: made here at once, sent to the server in order, undone and redone the same way.
import { find } from "../dom.js"
import { applyMoves, emptiedBy, fromServer, inverse, loadOf, takeLocks, toServer } from "../plan/model.js"
import { t } from "../language.js"
import { isAlive, makesGrid, takeHeads } from "../plan/grids.js"
import { request } from "../request.js"
import { toast } from "../toast.js"
import { select, shortOf, tell } from "./desk.js"

export const urlOf = (desk, ending) => `/api/plans/${desk.plan.id}/${ending}`

/** Gestures that may leave a grid without a cell: it is dissolved. */
const EMPTIES = ["merge", "dissolve"]

/** Make moves as one gesture, unless they would leave a grid without a cell. A first move into a new grid makes it. */
export function commit(desk, asked, moves) {
  if (!moves.length) return undefined
  const emptied = EMPTIES.includes(asked) ? undefined : emptiedBy(desk.plan, moves)
  if (emptied !== undefined) return toast(t("workbench.would_empty", { grid: shortOf(desk, emptied) }))
  const kind = asked !== "cut" && makesGrid(desk.plan, moves) ? "split" : asked
  applyMoves(desk.plan, moves)
  desk.made.push({ kind, moves })
  desk.unmade = []
  desk.queue.add({ url: urlOf(desk, "edits"), body: { kind, moves: toServer(desk.plan, moves) }, moves })
  return changed(desk, moves)
}

export const undo = (desk) => turn(desk, "undo", desk.made, desk.unmade, inverse)
export const redo = (desk) => turn(desk, "redo", desk.unmade, desk.made, (moves) => moves)

/** Undo or redo: at once when this page made the gesture, else when the server says what it was. */
function turn(desk, way, from, to, movesOf) {
  if (!canTurn(desk, way)) return undefined
  const gesture = from.at(-1)
  const held = gesture && heldBy(desk, gesture.moves)
  if (held) return toast(held)
  from.pop()
  if (gesture) {
    const moves = movesOf(gesture.moves)
    applyMoves(desk.plan, moves)
    to.push(gesture)
    changed(desk, moves)
  }
  desk.queue.add({ url: urlOf(desk, way), body: {}, way, isMirrored: Boolean(gesture) })
  return undefined
}

/** Why a lock keeps `moves` from being made; undefined when none does. */
function heldBy(desk, moves) {
  const { grids, frozen } = desk.plan
  const locked = moves.flatMap(([, from, to]) => [from, to]).find((position) => grids[position].locked)
  if (locked !== undefined) return t("workbench.is_locked", { grid: shortOf(desk, locked) })
  return moves.some(([cell]) => frozen[cell]) ? t("workbench.cell_is_locked") : undefined
}

/**
 * A gesture that cuts cells: only the server can make it, and the plan is read anew afterwards. `told(answer)` is said
 * when it is done.
 */
export function reshape(desk, url, body, told) {
  desk.isReshaping = true
  find("#progress").hidden = false
  desk.queue.add({ url: urlOf(desk, url), body, told })
}

/** Nothing is being cut any more. */
export function endReshaping(desk) {
  desk.isReshaping = false
  find("#progress").hidden = true
}

/**
 * The server refused a change that this page has not made itself (an undo of an earlier session, a jump, a checkpoint):
 * say why and go on with the next. Anything else stops the queue.
 */
export function letGo(desk, error, change) {
  const isOwn = change.way || change.told || change.isLoose
  if (error.code === "stale_version" || change.moves || change.isMirrored || !isOwn) return false
  endReshaping(desk)
  toast(error.message)
  tell(desk, "saved")
  return true
}

export function canTurn(desk, way) {
  if (!desk.plan.editable || desk.isReshaping) return false
  if (desk.queue.length) return (way === "undo" ? desk.made : desk.unmade).length > 0
  return Boolean(desk.plan.edits?.[way]) || (way === "undo" ? desk.made : desk.unmade).length > 0
}

/** The server's answer to a change that this page had not made itself: an undo of an earlier session. */
export function takeMirrored(desk, change, answer) {
  desk.plan.edits = { ...desk.plan.edits, undo: answer.undo, redo: answer.redo }
  if (change.told || (answer.ground ?? desk.plan.ground) !== desk.plan.ground)
    return tell(desk, "reshaped", { words: change.told?.(answer) })
  if (answer.locks) takeLocks(desk.plan, answer.locks)
  if (answer.grids && takeHeads(desk.plan, answer.grids)) tell(desk, "grids-changed")
  if (!change.way || change.isMirrored || !answer.moves?.length) return undefined
  const moves = fromServer(desk.plan, answer.moves)
  applyMoves(desk.plan, moves)
  if (change.way === "jump") desk.unmade = []
  ;(change.way === "undo" ? desk.unmade : desk.made).push({
    kind: change.way === "jump" ? "jump" : "earlier",
    moves: change.way === "undo" ? inverse(moves) : moves,
  })
  return changed(desk, moves)
}

/** Back to how the plan was after edit `seq`; the server says which moves that takes. */
export const jumpTo = (desk, seq) => desk.queue.add({ url: urlOf(desk, "jump"), body: { seq }, way: "jump" })

/** Give the plan as it is now a name in its history. */
export const keepCheckpoint = (desk, name) =>
  desk.queue.add({ url: urlOf(desk, "checkpoints"), body: { name }, isLoose: true })

export function changeGrid(desk, position, change) {
  Object.assign(desk.plan.grids[position], change.locked === undefined ? {} : { locked: change.locked })
  if (change.leader_name !== undefined) desk.plan.grids[position].leader = change.leader_name
  desk.queue.add({ url: urlOf(desk, `grids/${desk.plan.grids[position].position}`), body: change })
  tell(desk, "grids-changed")
}

function changed(desk, moves) {
  const positions = new Set(moves.flatMap(([, from, to]) => [from, to]))
  const isGone = (position) => position !== null && !isAlive(desk.plan, position)
  if (isGone(desk.receiver)) desk.receiver = null
  if (isGone(desk.selected)) select(desk, null)
  tell(desk, "plan-changed", { moves, positions: [...positions] })
}

/** What a gesture was, in words: "brush, 3 buildings". */
export function gestureName(desk, { kind, moves, n }) {
  const buildings = moves ? loadOf(desk.plan, moves).buildings : n
  return t("workbench.gesture", { kind: t(`workbench.kind_${kind}`), n: buildings })
}

export const fetchPlan = (id) => request(`/api/plans/${id}`)
