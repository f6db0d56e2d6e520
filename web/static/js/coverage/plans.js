// The tabs that plan services: who is allocated where, what merges, which tier is missing, which scenario is better.
import { Catchment } from "./catchment.js"
import { Merge } from "./merge.js"
import { Scenarios } from "./scenarios.js"
import { Tiers } from "./tiers.js"

export const plans = (page) => ({
  allocate: new Catchment(page),
  merge: new Merge(page),
  tiers: new Tiers(page),
  scenarios: new Scenarios(page),
})
