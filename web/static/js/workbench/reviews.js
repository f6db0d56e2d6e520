// What was decided about the plan: submitted, sent back, approved, in force; by whom, when, with which comment.
import { el, find, show } from "../dom.js"
import { t } from "../language.js"
import { day, time } from "../number-format.js"
import { request } from "../request.js"
import { listen } from "./desk.js"

export function bindReviews(desk) {
  listen(desk, "plan-opened", () => showReviews(desk).catch(() => {}))
}

async function showReviews(desk) {
  const holder = find("#reviews")
  const reviews = await request(`/api/plans/${desk.plan.id}/reviews`)
  const reasons = Object.entries(desk.plan.exceptions ?? {})
  holder.hidden = !reviews.length && !reasons.length
  show(
    holder,
    el("div", { class: "section-head" }, el("h2", {}, t("workbench.reviews"))),
    el("ol", { class: "review-list" }, reviews.map(line)),
    reasons.length ? exceptionList(desk, reasons) : null,
  )
}

function line({ at, who, act, comment, effective_from: from }) {
  const words = t(`workbench.act_${act}`, { date: from ? day(from) : "" })
  return el(
    "li",
    {},
    el("b", {}, words),
    el("span", { class: "caption" }, `${who ?? t("workbench.by_system")} · ${day(at)} ${time(at)}`),
    comment ? el("q", {}, comment) : null,
  )
}

function exceptionList(desk, reasons) {
  const short = (position) =>
    desk.plan.grids.find((grid) => String(grid.position) === position)?.short ?? position
  return el(
    "div",
    {},
    el("h3", {}, t("papers.exceptions")),
    el(
      "ul",
      { class: "review-list" },
      reasons.map(([position, why]) => el("li", {}, el("b", {}, short(position)), el("span", {}, why))),
    ),
  )
}
