// Which two plans: chosen in the bar, kept in the address, so that a link shows the same.
import { el, find, show } from "../dom.js"
import { t } from "../language.js"
import { day } from "../number-format.js"
import { request } from "../request.js"

/** What the address asks for: {plan, other: "force" | "start" | id}. */
export function asked(search = location.search) {
  const query = new URLSearchParams(search)
  return { plan: Number(query.get("plan")) || null, other: query.get("with") || "force" }
}

export const addressOf = (plan, other) => `/plans/compare?plan=${plan}&with=${other}`

/** "Name (in force, from 2025-07-01)". */
export function planLabel(plan) {
  const state = t(`plans.state_${plan.state}`)
  const since = plan.effective_from ? ` ${day(plan.effective_from)}` : ""
  return `${plan.name}（${state}${since}）`
}

export async function bindChoice({ before, after }) {
  const plans = await request(`/api/plans?unit=${after.unit.id}`)
  const fill = (select, chosen, others) => {
    select.disabled = false
    show(
      select,
      plans
        .filter((plan) => plan.id !== others)
        .map((plan) => el("option", { value: plan.id, selected: plan.id === chosen }, planLabel(plan))),
    )
    select.addEventListener("change", () =>
      location.assign(addressOf(find("#after").value, find("#before").value)),
    )
  }
  fill(find("#before"), before.id, after.id)
  fill(find("#after"), after.id, before.id)
  for (const form of ["pdf", "xlsx"])
    find(`#notice-${form}`).href = `/api/plans/${after.id}/notice.${form}?with=${before.id}`
  const go = find("#open-plan")
  go.hidden = false
  go.href = `/plans/${after.id}`
}
