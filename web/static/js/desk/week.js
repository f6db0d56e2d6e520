// ISO weeks: their name, and days in them; pure.

/** "2026-W47" of a date. */
export function isoWeek(date) {
  const thursday = new Date(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()))
  thursday.setUTCDate(thursday.getUTCDate() + 4 - (thursday.getUTCDay() || 7))
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1)
  const week = Math.ceil(((thursday - first) / 864e5 + 1) / 7)
  return `${thursday.getUTCFullYear()}-W${String(week).padStart(2, "0")}`
}

/** A day of the ISO week, so many days on. */
export function shifted(week, days) {
  const [year, number] = week.split("-W").map(Number)
  const fourth = new Date(year, 0, 4)
  return new Date(year, 0, 4 - (fourth.getDay() || 7) + 1 + (number - 1) * 7 + days)
}
