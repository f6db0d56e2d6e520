// The log of the plan: who, when, what. The newest line can be taken back.
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { time } from "../number-format.js"
import { request } from "../request.js"
import { listen } from "./desk.js"
import { canTurn, undo } from "./gestures.js"

const SHOWN = 50

export function bindHistory(desk) {
  const isOpen = () => !find("#history").hidden
  listen(desk, "tab-chosen saved", () => isOpen() && refresh(desk))
}

async function refresh(desk) {
  const edits = await request(`/api/plans/${desk.plan.id}/edits?limit=${SHOWN}`).catch(() => null)
  if (!edits) return
  const undone = new Set(edits.map((edit) => edit.undoes).filter((seq) => seq !== null && seq !== undefined))
  const newest = edits.find((edit) => !undone.has(edit.seq) && !["undo", "redo"].includes(edit.kind))
  const lines = edits.map((edit) => line(desk, edit, undone.has(edit.seq), edit === newest))
  show(
    find("#history"),
    lines.length
      ? el("ol", { class: "history-list" }, lines)
      : el("p", { class: "caption" }, t("workbench.no_history")),
  )
}

function line(desk, edit, isUndone, isNewest) {
  const what = t("workbench.history_line", {
    who: edit.who ?? "",
    kind: t(`workbench.kind_${edit.kind}`),
    n: edit.n ?? 0,
  })
  const back =
    isNewest && canTurn(desk, "undo")
      ? el(
          "button",
          { type: "button", class: "link", onclick: () => undo(desk) },
          icon("undo"),
          t("workbench.undo"),
        )
      : null
  return el(
    "li",
    { class: isUndone ? "undone" : "" },
    el("span", { class: "muted" }, time(edit.at)),
    el("span", {}, what),
    back,
  )
}
