// What cases are called: categories by code, states as the district names them, reasons, who may be assigned.
import { language, t } from "../language.js"
import { request } from "../request.js"

let asked = null

/** The vocabulary, fetched once a page. */
export function vocabulary() {
  asked ??= request("/api/cases/vocabulary").catch((error) => {
    asked = null
    throw error
  })
  return asked
}

export const inLanguage = (named) => named?.[language] ?? named?.zh ?? ""

/** A category's name: by its code where it has one, else the words of the source. */
export const categoryOf = (row) =>
  (language === "en" ? row.category_en : row.category_zh) || row.category || t("incidents.no_category")

export const stepName = (step) => t(`cases.step_${step}`)

/** Groups of categories as [{name, options: [{value, name}]}], without those that are only made by rules. */
export function groupsOf(categories) {
  return categories
    .filter((each) => !each.parent)
    .map((group) => ({
      name: inLanguage(group),
      options: categories
        .filter((each) => each.parent === group.code)
        .map((each) => ({ value: each.code, name: `${each.code} ${inLanguage(each)}` })),
    }))
}
