// What the installation holds, where it came from, what was refused, and how households were counted.
import { el, find, show } from "../dom.js"
import { ours, t } from "../language.js"
import { count } from "../number-format.js"
import { request } from "../request.js"
import { startCodes } from "./codes.js"
import { drawHistory } from "./history.js"
import { bindUpload } from "./upload.js"

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

if (find("#drop")) bindUpload(find("#drop"))
const holdings = await request("/api/data")
show(find("#figures"), ...Object.entries(holdings.counts).map(figure))
drawHouseholds(holdings)
const mayImport = ["planner", "administrator"].includes(document.body.dataset.role)
drawHistory(holdings.imports, mayImport)
startCodes()
