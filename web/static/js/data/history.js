// The history of imports: who, when, what, what waits, what was undone; each opens.
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { count, day, time } from "../number-format.js"

const HEADS = ["at", "who", "what", "file", "read", "stored", "updated", "rejected", "reasons"]
const NUMERIC = new Set(["read", "stored", "updated", "rejected"])

function line(run, mayOpen) {
  const numbers = ["read", "stored", "updated", "rejected"].map((n) =>
    el("td", { class: "number" }, count(run[n])),
  )
  const why = (run.reasons ?? []).map(({ reason, n }) => `${t(`reject.${reason}`)} ${count(n)}`).join(" · ")
  const waits =
    run.waiting && !run.undone_at
      ? el("span", { class: "pill warn" }, t("import.waiting_n", { n: count(run.waiting) }))
      : null
  const undone = run.undone_at ? el("span", { class: "pill" }, t("import.undone")) : null
  const name = mayOpen ? el("a", { href: `/data/import?run=${run.id}` }, run.file_name) : run.file_name
  return el(
    "tr",
    { class: run.undone_at ? "undone" : null },
    el("td", {}, `${day(run.at)} ${time(run.at)}`),
    el("td", {}, run.who ?? "–"),
    el("td", {}, t(`data.what_${run.what}`)),
    el("td", {}, name),
    ...numbers,
    el("td", {}, why, waits, undone),
  )
}

/** Draw the imports; `mayOpen`: the reader may look into them. */
export function drawHistory(runs, mayOpen) {
  if (!runs.length)
    return show(find("#imports"), el("div", { class: "empty" }, icon("upload"), el("p", {}, t("data.none"))))
  const heads = HEADS.map((key) =>
    el("th", { class: NUMERIC.has(key) ? "number" : null }, t(`data.col_${key}`)),
  )
  const table = el(
    "table",
    { class: "table" },
    el("thead", {}, el("tr", {}, ...heads)),
    el("tbody", {}, ...runs.map((run) => line(run, mayOpen))),
  )
  return show(find("#imports"), el("div", { class: "scroll" }, table))
}
