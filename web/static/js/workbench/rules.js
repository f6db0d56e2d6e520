// The rules V01–V13 as chips, and a line with "zoom to" for everything that fails. The server judges the saved plan.
import { el, find, icon, show } from "../dom.js"
import { t } from "../language.js"
import { fit } from "../map/map-buttons.js"
import { request } from "../request.js"
import { listen, select, tell } from "./desk.js"

const PAUSE_MS = 500

export function bindRules(desk) {
  let timer = null
  listen(desk, "plan-opened saved", () => {
    clearTimeout(timer)
    timer = setTimeout(() => refresh(desk), desk.rules ? PAUSE_MS : 0)
  })
  bindTabs(desk)
}

async function refresh(desk) {
  const { id } = desk.plan
  const rules = await request(`/api/plans/${id}/rules`).catch(() => null)
  if (!rules || desk.plan.id !== id) return
  desk.rules = rules
  const failed = rules.filter((rule) => !rule.passed)
  find("#rules-sum").textContent = t(failed.length ? "workbench.rules_sum" : "workbench.rules_passed", {
    passed: rules.length - failed.length,
    failed: failed.length,
  })
  show(find("#rules"), el("div", { class: "rule-chips" }, rules.map(chip)), findingList(desk, failed))
  tell(desk, "rules-judged")
}

const chip = ({ rule, passed, blocks, title, formula, measured }) =>
  el(
    "span",
    {
      class: `rule-chip ${passed ? "" : blocks ? "failed blocks" : "failed"}`,
      title: `${title}\n${formula}${measured ? `\n${measured}` : ""}`,
    },
    icon(passed ? "check" : "warn"),
    rule,
  )

/** A line for each finding; also shown before publishing. */
export function findingList(desk, failed) {
  const lines = failed.flatMap(({ rule, findings, title }) =>
    findings.map((finding) => line(desk, rule, title, finding)),
  )
  return el("ul", { class: "findings" }, lines)
}

const line = (desk, rule, title, finding) =>
  el("li", { title }, el("b", {}, rule), el("span", {}, finding.message), zoomTo(desk, finding))

function zoomTo(desk, finding) {
  if (!finding.bounds && !finding.grids?.length) return null
  const run = () => {
    find("#publish-dialog").close()
    const grids = (finding.grids ?? []).map((position) => desk.plan.indexOfGrid.get(position))
    if (grids.length === 1) select(desk, grids[0])
    if (finding.bounds) fit(desk.map, finding.bounds, { maxZoom: 17 })
    else tell(desk, "zoom-to", { positions: grids })
  }
  return el("button", { type: "button", class: "link", onclick: run }, icon("zoom-to"), t("common.zoom_to"))
}

function bindTabs(desk) {
  const tabs = ["rules", "history"]
  const choose = (chosen) => {
    for (const name of tabs) {
      find(`#tab-${name}`).setAttribute("aria-selected", String(name === chosen))
      find(`#${name}`).hidden = name !== chosen
    }
    find("#rules-sum").hidden = chosen !== "rules"
    tell(desk, "tab-chosen", { tab: chosen })
  }
  for (const name of tabs) find(`#tab-${name}`).addEventListener("click", () => choose(name))
}
