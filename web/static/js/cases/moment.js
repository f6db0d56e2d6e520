// A moment that somebody wrote by the district's clock, wherever the browser is; pure.

const zone = globalThis.document?.documentElement.dataset.timezone

/** By how much the clock of `timeZone` is ahead of UTC at a moment, in milliseconds. */
function ahead(moment, timeZone) {
  const options = { timeZone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric" }
  const format = new Intl.DateTimeFormat("en-GB", { ...options, hour: "numeric", minute: "numeric" })
  const part = Object.fromEntries(
    format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]),
  )
  return (
    Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute) - Math.floor(moment / 6e4) * 6e4
  )
}

/** "2026-11-24T09:30" as the district's clock shows it -> the moment in UTC, as ISO text. */
export function momentOf(value, timeZone = zone || undefined) {
  const written = Date.parse(`${value}Z`)
  const once = written - ahead(written, timeZone)
  return new Date(written - ahead(once, timeZone)).toISOString()
}
