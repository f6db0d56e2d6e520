// Others on the same plan: who they are, and what they change, as soon as nothing of ours is under way.
import { el, find, show } from "../dom.js"
import { t } from "../language.js"
import { time } from "../number-format.js"
import { applyMoves, fromServer } from "../plan/model.js"
import { post } from "../request.js"
import { toast } from "../toast.js"
import { listen, shortOf, tell } from "./desk.js"
import { fetchPlan } from "./gestures.js"

const EVERY_MS = 4000
const HIDDEN_EVERY_MS = 15000

/** Ask every few seconds; `reopen(answer)` puts the server's plan on the desk. */
export function bindLive(desk, reopen) {
  let timer = null
  const later = () => {
    clearTimeout(timer)
    timer = setTimeout(look, document.hidden ? HIDDEN_EVERY_MS : EVERY_MS)
  }
  async function look() {
    await follow(desk, reopen).catch(() => showPresent(desk, []))
    later()
  }
  listen(desk, "plan-opened", look)
  document.addEventListener("visibilitychange", () => !document.hidden && look())
}

async function follow(desk, reopen) {
  const { version } = desk.queue
  const position = desk.selected === null ? null : desk.plan.grids[desk.selected].position
  const answer = await post(`/api/plans/${desk.plan.id}/follow`, { version, position })
  showPresent(desk, answer.present)
  if (isBusy(desk) || desk.queue.version !== version) return
  if (answer.state !== desk.plan.state) return reopen(await fetchPlan(desk.plan.id))
  if (answer.since) await takeSince(desk, answer, reopen)
}

const isBusy = (desk) => desk.queue.length || desk.pending.size || desk.conflict

/** Put what others changed on the desk: move by move where it fits, else the plan as a whole. */
export async function takeSince(desk, { since, version, undo, redo }, reopen) {
  const moves = movesHere(desk, since)
  if (!moves) return reopen(await fetchPlan(desk.plan.id))
  applyMoves(desk.plan, moves)
  for (const [cell, , to] of moves) desk.plan.saved[cell] = to
  takeGrids(desk, since.grids)
  const { gestures } = desk.queue
  desk.made = gestures ? desk.made.slice(-gestures) : []
  desk.unmade = []
  if (version) {
    desk.queue.follow(version)
    desk.plan.edits = { ...desk.plan.edits, undo, redo }
  }
  if (moves.length) {
    const positions = [...new Set(moves.flatMap(([, from, to]) => [from, to]))]
    tell(desk, "plan-changed", { moves, positions })
  }
  tell(desk, "grids-changed")
  return sayChange(desk, since)
}

/** Their moves in this page's indices; null when the page cannot follow them one by one. */
export function movesHere(desk, since) {
  const { plan } = desk
  if (since.anew || since.grids.some(({ position }) => !plan.indexOfGrid.has(position))) return null
  const moves = fromServer(plan, since.moves)
  return moves.every(([cell, from]) => plan.grid[cell] === from) ? moves : null
}

function takeGrids(desk, heads) {
  for (const { position, locked, name, leader, kind, code, short, id } of heads) {
    const grid = desk.plan.grids[desk.plan.indexOfGrid.get(position)]
    Object.assign(grid, { locked, name, leader, kind, code, short, id, isUnborn: false })
  }
}

function sayChange(desk, since) {
  const positions = since.grids.map(({ position }) => desk.plan.indexOfGrid.get(position))
  const grids = positions.map((position) => shortOf(desk, position)).join(t("workbench.list_comma"))
  const who = since.who ?? t("workbench.somebody")
  toast(t("workbench.others_changed", { who, grids, time: time(since.at) }), {
    label: t("workbench.look"),
    run: () => tell(desk, "zoom-to", { positions }),
  })
}

/** A chip for each person who has the plan open; pressed, it shows where she is. */
function showPresent(desk, present) {
  show(
    find("#present"),
    present.map((person) => chip(desk, person)),
  )
  find("#present").hidden = !present.length
}

function chip(desk, { name, position }) {
  const grid = position === null ? undefined : desk.plan.indexOfGrid.get(position)
  const where =
    grid === undefined
      ? t("workbench.present", { name })
      : t("workbench.present_at", { name, grid: shortOf(desk, grid) })
  return el(
    "button",
    {
      type: "button",
      class: "person",
      title: where,
      "aria-label": where,
      disabled: grid === undefined,
      onclick: () => tell(desk, "zoom-to", { positions: [grid] }),
    },
    [...name].slice(0, 4).join(""),
  )
}
