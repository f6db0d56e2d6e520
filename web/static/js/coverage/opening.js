// Opening hours on the coverage page: a line for lists, and the day and time that the page asks about.
import { language, t } from "../language.js"
import { hoursText as textOf } from "./hours-text.js"

export { EXAMPLES } from "./hours-text.js"
export const hoursText = (hours) => textOf(hours, language)

/** A line for lists: the hours, or that nothing is known. */
export const hoursLine = (hours) => hoursText(hours) || t("points.no_hours")
