// Sending a file on the page: a bar that says how far it is, and a button that calls it off.
import { el, show } from "./dom.js"
import { t } from "./language.js"
import { sendForm } from "./send-form.js"

/** Send a form and show in `element` how far it is, with a button that calls it off; null: called off. */
export async function sendShown(element, url, form, name) {
  const stop = new AbortController()
  const bar = el("progress", { max: "1", value: "0", "aria-label": t("import.sending", { file: name }) })
  const words = el("span", {}, t("import.sending", { file: name }))
  const button = el("button", { type: "button", class: "btn", onclick: () => stop.abort() }, t("job.cancel"))
  show(element, el("div", { class: "job-bar" }, bar, words, button))
  const onShare = (share) => {
    bar.value = share
  }
  try {
    return await sendForm(url, form, { onShare, signal: stop.signal })
  } catch (error) {
    if (error.name === "AbortError") return null
    throw error
  } finally {
    show(element)
  }
}
