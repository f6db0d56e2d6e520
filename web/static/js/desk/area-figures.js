// What the map of the evaluation tells, and the five steps its values fall into.
import { count } from "../number-format.js"

export const STEPS = 5

const share = (level) => ({
  figure: `at_${level}`,
  of: (figures) => (figures?.closed ? figures.resolved[level].percent : null),
  say: (value) => `${value.toFixed(1)} %`,
  top: () => 100,
})
const number = (kind) => ({
  figure: "total",
  kind,
  of: (figures) => figures?.total ?? 0,
  say: (value) => count(value),
  top: (values) => Math.max(STEPS, ...values),
})
export const SUBJECTS = {
  petitions: number("petition"),
  incidents: number(null),
  at_grid: share("grid"),
  at_community: share("community"),
  at_above: share("above"),
}

/** Which of the steps 1 to 5 a value takes; 0: none, or nothing to tell. */
export const stepOf = (value, top) => (value ? Math.min(STEPS, Math.ceil((value / top) * STEPS)) : 0)

/** How many areas stand in each step, from 0 to 5. */
export function stepsOf(values, top) {
  const found = new Array(STEPS + 1).fill(0)
  for (const value of values) found[stepOf(value, top)] += 1
  return found
}
