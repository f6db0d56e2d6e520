// What was drawn and never reached the server outlives the page: kept by the browser, shown and offered on return.
import { t } from "../language.js"
import { dismiss, message } from "../messages.js"
import { count, time } from "../number-format.js"
import { loadOf } from "../plan/model.js"
import { kindOf, movesOnto, wantedOf } from "../plan/wanted.js"
import { listen } from "./desk.js"
import { commit } from "./gestures.js"
import { clearPreview, showPreview } from "./preview.js"

const keyOf = (plan) => `gisgrid.unsaved.${document.body.dataset.account}.${plan.id}`

export function bindUnsaved(desk) {
  listen(desk, "plan-opened", () => offer(desk))
  listen(desk, "plan-changed saved", () => !desk.offered && keep(desk))
}

/** Forget what is kept: it was saved, taken elsewhere, or given up. */
export function forgetUnsaved(plan) {
  localStorage.removeItem(keyOf(plan))
}

function keep(desk) {
  const wanted = [...wantedOf(desk.plan)]
  if (!wanted.length) return forgetUnsaved(desk.plan)
  try {
    localStorage.setItem(keyOf(desk.plan), JSON.stringify({ at: Date.now(), wanted }))
  } catch {
    // the browser keeps nothing (private window, no room): the page itself still holds it
  }
  return undefined
}

function kept(plan) {
  try {
    return JSON.parse(localStorage.getItem(keyOf(plan)))
  } catch {
    return null
  }
}

function offer(desk) {
  dismiss("unsaved")
  desk.offered = false
  const found = desk.plan.editable ? kept(desk.plan) : null
  const moves = found ? movesOnto(desk.plan, new Map(found.wanted)) : []
  if (!moves.length) return forgetUnsaved(desk.plan)
  desk.offered = true
  showPreview(desk, moves)
  const close = (act) => () => {
    desk.offered = false
    dismiss("unsaved")
    clearPreview(desk)
    forgetUnsaved(desk.plan)
    act()
  }
  const { buildings } = loadOf(desk.plan, moves)
  message({
    id: "unsaved",
    tone: "calm",
    text: t("workbench.unsaved", { n: count(buildings), time: time(new Date(found.at)) }),
    close: false,
    actions: [
      { label: t("workbench.restore"), run: close(() => commit(desk, kindOf(desk.plan, moves), moves)) },
      { label: t("workbench.give_up"), run: close(() => {}) },
    ],
  })
  return undefined
}
