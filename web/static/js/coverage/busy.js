// A line runs under the context bar while a promise is on its way.
import { el, find } from "../dom.js"
import { t } from "../language.js"

const PATIENCE_MS = 300

export async function busy(promise) {
  const line = el("div", { class: "progress-line", role: "progressbar", "aria-label": t("coverage.loading") })
  const later = setTimeout(() => find(".context").append(line), PATIENCE_MS)
  return promise.finally(() => {
    clearTimeout(later)
    line.remove()
  })
}
