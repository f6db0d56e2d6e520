// Which step of a case comes next, and which ones there is no use in; pure.
const NEXT = [
  "sign", "submit", "accept", "discuss", "decide", "dispatch", "appoint", "offer", "claim", "start",
  "handle", "verify", "rate",
] // prettier-ignore
const ASKED_APART = new Set(["comment"])

/** Does the step change anything? What is private need not be hidden, level five not be raised. */
const USEFUL = {
  raise: ({ level }) => level < 5,
  lower: ({ level }) => level > 1,
  unassign: ({ assignee }) => assignee !== null,
  hide: ({ private: isPrivate }) => !isPrivate,
  show: ({ private: isPrivate }) => isPrivate,
  self_handle: ({ category_code: code }, known) =>
    known.categories.find((each) => each.code === code)?.self_handle ?? false,
}

export const useful = (incident, known) =>
  incident.steps.filter(({ step }) => USEFUL[step]?.(incident, known) ?? true)

/** Which steps stand as buttons, and which behind "more". */
export function sorted(steps, { major }) {
  const order = major ? ["task_force", ...NEXT] : NEXT
  const named = steps.filter(({ step }) => !ASKED_APART.has(step))
  const next = order.find((step) => named.some((each) => each.step === step))
  const self = named.find(({ step }) => step === "self_handle")
  const first = named.filter((each) => each.step === next || each === self)
  return { first, more: named.filter((each) => !first.includes(each)) }
}
