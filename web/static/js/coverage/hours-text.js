// Opening hours in the reader's words: OpenStreetMap's notation, or a calendar's rule for days of the month.
const WEEKDAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
const ZH_DAYS = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]
const RULE = /^FREQ=(DAILY|WEEKLY|MONTHLY)(?:;BY(?:MONTH)?DAY=([^\s]+))?(?:\s+(.+))?$/i

/** Examples that a form offers, and what they say. */
export const EXAMPLES = [
  "24/7",
  "Mo-Fr 08:30-17:30; PH off",
  "FREQ=WEEKLY;BYDAY=WE 14:00-17:00",
  "FREQ=MONTHLY;BYMONTHDAY=8 09:00-11:30",
]

function dayName(day, lang) {
  const i = WEEKDAYS.findIndex((name) => name.toUpperCase() === day.toUpperCase())
  return i < 0 ? day : lang === "zh" ? ZH_DAYS[i] : WEEKDAYS[i]
}

function inChinese(hours) {
  return hours
    .replace(/\b24\/7\b/g, "全天")
    .replace(/\bPH\b/g, "法定节假日")
    .replace(/\b(off|closed)\b/g, "休息")
    .replace(/\b(Mo|Tu|We|Th|Fr|Sa|Su)\b/g, (day) => dayName(day, "zh"))
    .replace(/([一二三四五六日])-周/g, "$1至周")
    .replace(/;\s*/g, "；")
}

/** Hours as words; what is in no notation stays as it is. */
export function hoursText(hours, lang) {
  if (!hours) return ""
  const rule = RULE.exec(hours.trim())
  if (!rule) return lang === "zh" ? inChinese(hours) : hours.replace(/\b24\/7\b/g, "all day")
  const [, frequency, days = "", spans = ""] = rule
  const named = days
    .split(",")
    .map((day) => (frequency.toUpperCase() === "WEEKLY" ? dayName(day, lang) : dayOfMonth(day, lang)))
    .join(lang === "zh" ? "、" : ", ")
  const words = {
    zh: { DAILY: "每天", WEEKLY: `每${named}`, MONTHLY: `每月${named}` },
    en: { DAILY: "every day", WEEKLY: `every ${named}`, MONTHLY: `every month on ${named}` },
  }
  return `${words[lang === "zh" ? "zh" : "en"][frequency.toUpperCase()]} ${spans}`.trim()
}

function dayOfMonth(day, lang) {
  if (day === "-1") return lang === "zh" ? "最后一天" : "the last day"
  return lang === "zh" ? `${day}日` : `the ${day}${suffix(Number(day))}`
}

function suffix(day) {
  if (day > 10 && day < 14) return "th"
  return ["th", "st", "nd", "rd"][day % 10] ?? "th"
}
