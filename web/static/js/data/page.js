// What the installation holds, where it came from, what was refused, and how households were counted.
import { el, find, icon, show } from "../dom.js"
import { ours, t } from "../language.js"
import { count, day, time } from "../number-format.js"
import { request } from "../request.js"

const figure = ([key, value]) =>
  el("div", {}, el("b", {}, count(value)), el("span", {}, t(`data.count_${key}`)))

function drawHouseholds({ formula, basis, residents_per_household: size, households_date: date }) {
  const part = (key) =>
    el(
      "li",
      {},
      t(`data.basis_${key}`, { n: count(basis[key].buildings), households: count(basis[key].households) }),
    )
  show(
    find("#households"),
    el("p", {}, ours(formula)),
    el("ul", {}, ...["given", "estimated", "override"].map(part)),
    el("p", { class: "caption" }, t("data.residents_formula", { n: size })),
    date ? el("p", { class: "caption" }, t("data.households_date", { day: date })) : null,
  )
}

function importRow({ at, what, file_name: file, read, stored, updated, rejected, reasons }) {
  const numbers = [read, stored, updated, rejected].map((n) => el("td", { class: "number" }, count(n)))
  const why = reasons.map(({ reason, n }) => `${t(`reject.${reason}`)} ${count(n)}`).join("，")
  return el(
    "tr",
    {},
    el("td", {}, `${day(at)} ${time(at)}`),
    el("td", {}, t(`data.what_${what}`)),
    el("td", {}, file),
    ...numbers,
    el("td", {}, why),
  )
}

function drawImports(runs) {
  if (!runs.length) {
    show(find("#imports"), el("div", { class: "empty" }, icon("upload"), el("p", {}, t("data.none"))))
    return
  }
  const heads = ["at", "what", "file", "read", "stored", "updated", "rejected", "reasons"]
  const numeric = new Set(["read", "stored", "updated", "rejected"])
  const head = heads.map((key) =>
    el("th", { class: numeric.has(key) ? "number" : null }, t(`data.col_${key}`)),
  )
  show(
    find("#imports"),
    el(
      "div",
      { class: "scroll" },
      el(
        "table",
        { class: "table" },
        el("thead", {}, el("tr", {}, ...head)),
        el("tbody", {}, ...runs.map(importRow)),
      ),
    ),
  )
}

const holdings = await request("/api/data")
show(find("#figures"), ...Object.entries(holdings.counts).map(figure))
drawHouseholds(holdings)
drawImports(holdings.imports)
