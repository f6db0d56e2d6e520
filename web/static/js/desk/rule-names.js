// What the district calls the steps of a case.
import { el } from "../dom.js"
import { t } from "../language.js"
import { lineForm } from "./rules.js"

/** What the steps are called: the machine stays the same. */
export function names({ schemes, scheme }, { save }) {
  const choice = el(
    "select",
    { class: "select", name: "scheme", "aria-label": t("cases.rules_names") },
    ...schemes.map((key) => el("option", { value: key, selected: key === scheme }, t(`cases.scheme_${key}`))),
  )
  return [
    el("p", { class: "caption" }, t("cases.names_note")),
    lineForm([choice], {
      path: "scheme",
      save,
      label: t("cases.set"),
      read: (f) => ({ scheme: f.scheme.value }),
    }),
  ]
}
