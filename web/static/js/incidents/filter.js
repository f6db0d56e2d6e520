// Which incidents fit: pure functions on the columns of /api/incidents.

export const OPEN_STATES = ["reported", "accepted", "handling"]

/** Row numbers that fit { channels: Set, category, state: "open" | "overdue" | "closed" | "all" }. */
export function fitting(rows, { channels, category, state }) {
  const kept = []
  for (let i = 0; i < rows.id.length; i++) {
    if (!channels.has(rows.channel[i])) continue
    if (category && rows.category[i] !== category) continue
    if (stateFits(rows, i, state)) kept.push(i)
  }
  return kept
}

function stateFits(rows, i, state) {
  if (state === "overdue") return Boolean(rows.overdue[i])
  if (state === "open") return !rows.closed_at[i] && rows.state[i] !== "closed"
  if (state === "closed") return Boolean(rows.closed_at[i]) || rows.state[i] === "closed"
  return true
}

/** How many are open, overdue and closed, of how many. */
export function sums(rows, kept) {
  const closed = kept.filter((i) => stateFits(rows, i, "closed")).length
  const overdue = kept.filter((i) => rows.overdue[i]).length
  return { all: kept.length, open: kept.length - closed, overdue, closed }
}

/** Rows in the order they press: overdue first, then by deadline, closed last, newest first among equals. */
export function byUrgency(rows, kept) {
  const rank = (i) => (stateFits(rows, i, "closed") ? 2 : rows.overdue[i] ? 0 : 1)
  const due = (i) => rows.due_at[i] ?? "9999"
  const byReport = (i, j) => (rows.reported_at[i] < rows.reported_at[j] ? 1 : -1)
  return [...kept].sort(
    (i, j) => rank(i) - rank(j) || (rank(i) === 2 ? 0 : due(i).localeCompare(due(j))) || byReport(i, j),
  )
}
