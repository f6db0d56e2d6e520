// The list of plans, drafts first; a new plan is begun here, a draft deleted.
import { communitiesOf, district, unitName } from "../district.js"
import { el, find } from "../dom.js"
import { sayError } from "../messages.js"
import { request } from "../request.js"
import { bindNewPlan } from "./new-plan.js"
import { planRow } from "./plan-row.js"

const asked = () => new URLSearchParams(location.search).get("unit") ?? ""

let communityNames = new Map()

async function showPlans() {
  const unit = find("#unit-filter").value
  const plans = await request(unit ? `/api/plans?unit=${unit}` : "/api/plans")
  find("#plans").hidden = !plans.length
  find("#no-plans").hidden = plans.length > 0
  find("#plan-rows").replaceChildren(
    ...plans.map((plan) =>
      planRow(plan, {
        unit: communityNames.get(plan.unit.id) ?? plan.unit.name,
        changed: () => showPlans().catch(sayError),
      }),
    ),
  )
}

async function open() {
  const answer = await district()
  const communities = communitiesOf(answer).map((unit) => ({ ...unit, name: unitName(answer, unit) }))
  communityNames = new Map(communities.map((unit) => [unit.id, unit.name]))
  const filter = find("#unit-filter")
  filter.append(
    ...communities.map((unit) =>
      el("option", { value: unit.id, selected: String(unit.id) === asked() }, unit.name),
    ),
  )
  filter.addEventListener("change", () => showPlans().catch(sayError))
  bindNewPlan(communities, answer.project.band)
  await showPlans()
}

open().catch((error) => {
  find("#plan-rows").replaceChildren()
  sayError(error, { retry: () => location.reload() })
  if (!error.code) throw error
})
