// The log of the plan: who, when, what. Any line can be gone back to; a checkpoint is a line with a name.
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { time } from "../number-format.js"
import { request } from "../request.js"
import { listen } from "./desk.js"
import { canTurn, jumpTo, keepCheckpoint, undo } from "./gestures.js"

const SHOWN = 50
const FIRST_SEQ = 1

export function bindHistory(desk) {
  const state = { shown: SHOWN }
  const isOpen = () => !find("#history").hidden
  listen(desk, "plan-opened", () => (state.shown = SHOWN))
  listen(desk, "tab-chosen saved plan-opened", () => isOpen() && refresh(desk, state))
}

async function refresh(desk, state) {
  const { id } = desk.plan
  const edits = await historyOf(id, state.shown).catch(() => null)
  if (!edits || desk.plan.id !== id) return
  const undone = new Set(edits.map((edit) => edit.undoes).filter((seq) => seq !== null && seq !== undefined))
  const lines = edits.map((edit, i) =>
    line(desk, edit, {
      isUndone: undone.has(edit.seq),
      isNewest: edit.seq === desk.plan.edits?.undo?.seq,
      isNow: !edits.slice(0, i).some(({ n }) => n > 0),
    }),
  )
  const isWhole = !edits.length || edits.at(-1).seq <= FIRST_SEQ + 1
  const field = isTypingHere() ? find("#checkpoint-form") : desk.plan.editable && checkpointForm(desk)
  show(
    find("#history"),
    field,
    el("ol", { class: "history-list" }, lines, isWhole && edits.length > 0 && beginning(desk)),
    !edits.length && el("p", { class: "caption" }, t("workbench.no_history")),
    !isWhole && more(desk, state),
  )
}

const isTypingHere = () => find("#checkpoint-form")?.contains(document.activeElement)

/** The newest `wanted` edits, in pages as large as the server gives. */
async function historyOf(id, wanted) {
  const edits = []
  while (edits.length < wanted) {
    const before = edits.length ? `&before=${edits.at(-1).seq}` : ""
    const page = await request(`/api/plans/${id}/edits?limit=${SHOWN}${before}`)
    edits.push(...page)
    if (page.length < SHOWN) break
  }
  return edits
}

function checkpointForm(desk) {
  const name = el("input", {
    class: "input",
    maxlength: 120,
    required: true,
    id: "checkpoint-name",
    "aria-label": t("workbench.checkpoint_name"),
    placeholder: t("workbench.checkpoint_name"),
  })
  const keep = el("button", { class: "btn small" }, t("workbench.keep_checkpoint"))
  const form = el("form", { class: "checkpoint-form", id: "checkpoint-form" }, name, keep)
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    if (!name.value.trim()) return
    keepCheckpoint(desk, name.value.trim())
    name.value = ""
    name.blur()
  })
  return form
}

const link = (name, words, run) =>
  el("button", { type: "button", class: "link", onclick: run }, icon(name), words)

function line(desk, edit, { isUndone, isNewest, isNow }) {
  const undoes = isNewest && canTurn(desk, "undo")
  const back = undoes && link("undo", t("workbench.undo"), () => undo(desk))
  const there =
    !isNow && desk.plan.editable && link("history", t("workbench.jump_back"), () => jumpTo(desk, edit.seq))
  const isMark = edit.kind === "checkpoint"
  return el(
    "li",
    { class: isMark ? "checkpoint" : isUndone ? "undone" : "" },
    el("span", { class: "muted" }, time(edit.at)),
    el("span", {}, isMark ? el("b", {}, icon("pin"), edit.facts.name) : wordsOf(edit)),
    el("span", { class: "turns" }, back, there),
  )
}

const wordsOf = (edit) =>
  t("workbench.history_line", {
    who: edit.who ?? "",
    kind: t(`workbench.kind_${edit.kind}`),
    n: edit.n ?? 0,
  })

const beginning = (desk) =>
  el(
    "li",
    {},
    el("span", { class: "muted" }),
    el("span", {}, t("workbench.plan_begun")),
    el(
      "span",
      { class: "turns" },
      desk.plan.editable && link("history", t("workbench.jump_back"), () => jumpTo(desk, FIRST_SEQ)),
    ),
  )

const more = (desk, state) =>
  link("chevron-down", t("workbench.older"), () => {
    state.shown += SHOWN
    refresh(desk, state)
  })
