// Lock: nothing in or out of a grid, a cell or a compound, for hand and machine. One click turns it; all at once by a button.
import { find } from "../dom.js"
import { t } from "../language.js"
import { takeLocks } from "../plan/model.js"
import { toast } from "../toast.js"
import { compoundsAt } from "./ground.js"
import { listen, shortOf, tell } from "./desk.js"
import { changeGrid, urlOf } from "./gestures.js"

export function bindLocks(desk) {
  desk.lockUnit = "grid"
  for (const button of document.querySelectorAll("[data-lock]"))
    button.addEventListener("click", () => chooseUnit(desk, button.dataset.lock))
  find("#lock-all").addEventListener("click", () => lockAll(desk, true))
  find("#unlock-all").addEventListener("click", () => lockAll(desk, false))
  listen(desk, "tool-chosen plan-opened", () => {
    find("#options-lock").hidden = desk.tool !== "lock" || !desk.plan
  })
}

function chooseUnit(desk, unit) {
  desk.lockUnit = unit
  for (const one of document.querySelectorAll("[data-lock]"))
    one.setAttribute("aria-pressed", String(one.dataset.lock === unit))
}

/** A click of the lock tool. */
export function lockAt(desk, position, cell) {
  if (position === null) return undefined
  if (desk.lockUnit === "grid") return toggleLock(desk, position)
  if (desk.lockUnit === "cell") return toggleCell(desk, cell)
  const [compound] = compoundsAt(desk, cell)
  return compound ? toggleCompound(desk, compound) : toast(t("workbench.no_compound_here"))
}

export function toggleLock(desk, position) {
  const locked = !desk.plan.grids[position].locked
  changeGrid(desk, position, { locked })
  toast(t(locked ? "workbench.locked_now" : "workbench.unlocked_now", { grid: shortOf(desk, position) }))
}

function toggleCell(desk, cell) {
  const { plan } = desk
  const id = plan.ids[cell]
  const locked = !plan.locks.cells.includes(id)
  const cells = locked ? [...plan.locks.cells, id] : plan.locks.cells.filter((one) => one !== id)
  change(desk, { cells: [id], locked }, { ...plan.locks, cells })
  toast(t(locked ? "workbench.cell_locked_now" : "workbench.cell_unlocked_now"))
}

export function toggleCompound(desk, { id, name }) {
  const { plan } = desk
  const others = plan.locks.compounds.filter((one) => one.id !== id)
  const locked = others.length === plan.locks.compounds.length
  const cells = [...desk.ground.cellsOf.get(id)].map((cell) => plan.ids[cell])
  const compounds = locked ? [...others, { id, name, cells }] : others
  change(desk, { compound: id, locked }, { ...plan.locks, compounds })
  toast(t(locked ? "workbench.compound_locked_now" : "workbench.compound_unlocked_now", { name }))
}

/** Lock every grid, or unlock every grid, cell and compound. */
export function lockAll(desk, locked) {
  for (const grid of desk.plan.grids) grid.locked = locked
  change(desk, { everything: true, locked }, locked ? desk.plan.locks : { cells: [], compounds: [] })
  toast(t(locked ? "workbench.all_locked_now" : "workbench.all_unlocked_now"))
}

function change(desk, body, locks) {
  takeLocks(desk.plan, locks)
  desk.queue.add({ url: urlOf(desk, "locks"), body, isLoose: true })
  tell(desk, "grids-changed")
}

/** Why `cell` stays where it is: the words for its lock; null where none holds it. */
export function holdAt(desk, cell) {
  const { plan } = desk
  if (cell === null || cell === undefined) return null
  if (plan.grids[plan.grid[cell]].locked)
    return t("workbench.is_locked", { grid: shortOf(desk, plan.grid[cell]) })
  if (!plan.frozen[cell]) return null
  const compound = plan.locks.compounds.find(({ cells }) => cells.includes(plan.ids[cell]))
  return compound ? t("workbench.compound_is_locked", { name: compound.name }) : t("workbench.cell_is_locked")
}
