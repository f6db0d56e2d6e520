// The list of plans, drafts first; plans in force on any day; a new plan is begun here, a draft deleted.
import { communitiesOf, district, unitName } from "../district.js"
import { el, find } from "../dom.js"
import { t } from "../language.js"
import { sayError } from "../messages.js"
import { count } from "../number-format.js"
import { request } from "../request.js"
import { bindNewPlan } from "./new-plan.js"
import { planRow } from "./plan-row.js"
import { bindTwoPerson } from "./two-person.js"

const asked = (name) => new URLSearchParams(location.search).get(name) ?? ""

let communityNames = new Map()

function addressOf(path) {
  const query = new URLSearchParams()
  if (find("#unit-filter").value) query.set("unit", find("#unit-filter").value)
  if (find("#day-filter").value) query.set("at", find("#day-filter").value)
  return query.size ? `${path}?${query}` : path
}

async function showPlans() {
  const day = find("#day-filter").value
  const plans = await request(addressOf("/api/plans"))
  history.replaceState(null, "", addressOf("/plans"))
  find("#plans").hidden = !plans.length
  find("#no-plans").hidden = plans.length > 0
  find("#no-plans-words").textContent = day ? t("plans.none_that_day", { date: day }) : t("plans.empty")
  find("#shown").textContent = day ? t("plans.shown_that_day", { date: day, n: count(plans.length) }) : ""
  find("#day-map").hidden = !day
  find("#day-map").href = addressOf("/")
  find("#plan-rows").replaceChildren(
    ...plans.map((plan) =>
      planRow(plan, {
        unit: communityNames.get(plan.unit.id) ?? plan.unit.name,
        changed: () => showPlans().catch(sayError),
      }),
    ),
  )
}

/** Communities, in a group for each unit right above them. */
function fillUnits(answer, communities) {
  const chosen = asked("unit")
  const option = (unit, words) =>
    el("option", { value: unit.id, selected: String(unit.id) === chosen }, words)
  const streets = streetsOf(answer)
  if (!streets.length) return find("#unit-filter").append(...communities.map((one) => option(one, one.name)))
  for (const street of streets) {
    const within = communities.filter((one) => one.parent === street.id)
    find("#unit-filter").append(
      el(
        "optgroup",
        { label: street.name },
        option(street, t("plans.whole_street", { unit: street.name })),
        within.map((one) => option(one, one.name)),
      ),
    )
  }
}

/** Units that communities lie in, where there are several or one of them above all. */
const streetsOf = (answer) =>
  answer.units.filter((unit) => communitiesOf(answer).some((one) => one.parent === unit.id))

async function open() {
  const answer = await district()
  const communities = communitiesOf(answer).map((unit) => ({ ...unit, name: unitName(answer, unit) }))
  communityNames = new Map(communities.map((unit) => [unit.id, unit.name]))
  fillUnits(answer, communities)
  find("#day-filter").value = asked("at")
  for (const filter of ["#unit-filter", "#day-filter"])
    find(filter).addEventListener("change", () => showPlans().catch(sayError))
  const again = () => showPlans().catch(sayError)
  bindNewPlan({ communities, streets: streetsOf(answer), band: answer.project.band, again })
  bindTwoPerson(answer.project)
  await showPlans()
}

open().catch((error) => {
  find("#plan-rows").replaceChildren()
  sayError(error, { retry: () => location.reload() })
  if (!error.code) throw error
})
