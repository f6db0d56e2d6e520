// Numbers as the interface writes them: thousands comma, U+2212 minus, thin space before a unit.
const THIN = "\u2009"
const MINUS = "\u2212"
const BAND_DASH = "\u2013"

const grouped = (value, digits) =>
  Math.abs(value)
    .toFixed(digits)
    .replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ",")

/** 6044 -> "6,044"; -9 -> "−9"; nothing known -> "–". */
export function count(value, digits = 0) {
  if (value === null || value === undefined || Number.isNaN(value)) return BAND_DASH
  const text = grouped(value, digits)
  return value < 0 && Number(text.replaceAll(",", "")) !== 0 ? MINUS + text : text
}

/** A deviation always carries its sign, zero none: "+131", "−9", "0". */
export function signed(value) {
  const rounded = Math.round(value)
  return rounded > 0 ? `+${grouped(rounded, 0)}` : count(rounded)
}

/** 0.775 -> "77.5 %"; 0 and 1 are bare: "0 %", "100 %". */
export function percent(share, digits = 1) {
  const value = share * 100
  const bare = value === 0 || value === 100
  return `${count(value, bare ? 0 : digits)}${THIN}%`
}

/** Square metres below 10,000, square kilometres with two decimals above: [number, unit]. */
export function areaParts(m2) {
  return m2 < 10000 ? [count(m2), "m²"] : [count(m2 / 1e6, 2), "km²"]
}

export const area = (m2) => areaParts(m2).join(THIN)

/** Metres below 1,000, kilometres with one decimal above. */
export function length(metres) {
  return metres < 1000 ? `${count(metres)}${THIN}m` : `${count(metres / 1000, 1)}${THIN}km`
}

export const range = (low, high) => `${count(low)}${BAND_DASH}${count(high)}`

/** A 15-digit grid code in its groups: community 12, sequence 3. */
export function codeGroups(code) {
  const groups = /^(\d{6})(\d{3})(\d{3})(\d{3})$/.exec(code ?? "")
  return groups ? groups.slice(1).join(" ") : (code ?? "")
}

export const shortCode = (code) => (code ?? "").slice(-3)

/** The district's time zone: every reader sees the same clock, wherever the browser is. */
const zone = globalThis.document?.documentElement.dataset.timezone || undefined
const parts = (value) => {
  const options = {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  }
  return Object.fromEntries(
    new Intl.DateTimeFormat("en-GB", options)
      .formatToParts(new Date(value))
      .map((part) => [part.type, part.value]),
  )
}

/** "2025-08-31" of a date or an ISO text, in the district's time zone. */
export function day(value) {
  if (!value) return BAND_DASH
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return value
  const { year, month, day: dayOfMonth } = parts(value)
  return `${year}-${month}-${dayOfMonth}`
}

/** "14:32", in the district's time zone. */
export function time(value) {
  const { hour, minute } = parts(value)
  return `${hour}:${minute}`
}
