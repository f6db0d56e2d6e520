// The change notice as it will print, beside the map.
import { el, show } from "../dom.js"
import { t } from "../language.js"
import { count, day, shortCode } from "../number-format.js"

const SHOWN = 60

export function showNotice(holder, told, { project }) {
  const { sums, flows, after, before } = told
  const [, whole] = sums.households
  const codes = (fate) => told.grids.filter((grid) => grid.fate === fate).map((grid) => shortCode(grid.code))
  show(
    holder,
    el(
      "div",
      { class: "section-head" },
      el("h2", { class: "grow" }, t("comparison.notice")),
      el("span", { class: "caption" }, after.state === "draft" ? t("comparison.notice_draft") : ""),
    ),
    el(
      "article",
      { class: "notice" },
      el("h3", {}, t("papers.notice_title", { unit: after.unit.name })),
      el(
        "p",
        { class: "caption centre" },
        [project.name, after.name, dayLine(after)].filter(Boolean).join(" · "),
      ),
      el(
        "p",
        { class: "opening" },
        t("papers.notice_opening", {
          before: before.name,
          buildings: count(sums.moved_buildings),
          households: count(sums.moved_households),
          rest_buildings: count(sums.buildings - sums.moved_buildings),
          rest_households: count(whole - sums.moved_households),
        }),
        codeLine(codes("new"), codes("gone")),
      ),
      flows.length ? buildings(told) : null,
      leaderList(told.leaders),
      exceptions(told),
      el("p", { class: "opening" }, t("papers.notice_duty")),
      el(
        "p",
        { class: "signs" },
        ["made", "seen", "passed"].map((duty) => el("span", {}, t(`papers.sign_${duty}`))),
      ),
    ),
  )
}

const dayLine = ({ effective_from: from }) => from && t("comparison.takes_effect", { date: day(from) })

function codeLine(fresh, gone) {
  if (!fresh.length && !gone.length) return t("papers.codes_stay")
  const words = (codes) => codes.join(t("plans.separator")) || "–"
  return t("papers.codes_change", { new: words(fresh), gone: words(gone) })
}

const leaderOf = (told, side, code) => told.grids.find((grid) => grid.code === code)?.[side]?.leader ?? ""

function buildings(told) {
  const rows = told.flows.flatMap((flow) => flow.houses.map((house) => ({ house, flow })))
  const side = (flow, name) => `${shortCode(flow[name])} ${leaderOf(told, name, flow[name])}`
  const more = rows.length - SHOWN
  return el(
    "table",
    { class: "table compact" },
    el(
      "thead",
      {},
      el(
        "tr",
        {},
        ["building", "old_grid", "new_grid"].map((name) => el("th", {}, t(`papers.${name}`))),
        el("th", { class: "number" }, t("papers.households_n")),
      ),
    ),
    el(
      "tbody",
      {},
      rows
        .slice(0, SHOWN)
        .map(({ house, flow }) =>
          el(
            "tr",
            {},
            el(
              "td",
              { class: "house" },
              el("b", {}, house.label),
              house.compound ? ` ${house.compound}` : "",
            ),
            el("td", {}, side(flow, "before")),
            el("td", {}, side(flow, "after")),
            el("td", { class: "number" }, count(house.households)),
          ),
        ),
      more > 0
        ? el("tr", {}, el("td", { colspan: 4, class: "muted" }, t("comparison.more_rows", { n: more })))
        : null,
    ),
    el(
      "tfoot",
      {},
      el(
        "tr",
        {},
        el("th", { colspan: 3 }, t("papers.sum_buildings", { n: count(rows.length) })),
        el("td", { class: "number" }, el("b", {}, count(told.sums.moved_households))),
      ),
    ),
  )
}

function leaderList(leaders) {
  if (!leaders.length) return null
  const line = (one) =>
    t("comparison.leader_line", {
      leader: one.leader,
      grids: one.grids.join(t("plans.separator")),
      gained: count(one.gained_households),
      lost: count(one.lost_households),
    })
  return el(
    "div",
    {},
    el("h4", {}, t("papers.notice_leaders", { n: leaders.length })),
    el(
      "ul",
      { class: "leader-list" },
      leaders.map((one) => el("li", {}, line(one))),
    ),
  )
}

function exceptions({ after, shorts }) {
  const reasons = Object.entries(after.exceptions ?? {})
  if (!reasons.length) return null
  return el(
    "div",
    {},
    el("h4", {}, t("papers.exceptions")),
    el(
      "ul",
      { class: "leader-list" },
      reasons.map(([position, why]) => el("li", {}, el("b", {}, shorts[position] ?? position), ` ${why}`)),
    ),
  )
}
