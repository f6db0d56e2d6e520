// Long work on the page: asked for by a POST that answers {job}, shown by a bar, called off by a button.
import { el, show } from "./dom.js"
import { followJob } from "./follow-job.js"
import { t } from "./language.js"
import { count } from "./number-format.js"
import { post } from "./request.js"

export { Cancelled, followJob } from "./follow-job.js"

export const cancelJob = (id) => post(`/api/jobs/${id}/cancel`, {})

/** The address of the file a job made. */
export const jobFile = (id) => `/api/jobs/${id}/file`

function wordsOf(job) {
  if (job.state === "queued") return t("job.queued")
  const words = job.message ? t(job.message) : t("job.running")
  return job.total ? `${words} ${t("job.of", { done: count(job.done), total: count(job.total) })}` : words
}

/**
 * Show a job in `element`: title, bar, how far it is, a button that calls it off. Answers as followJob.
 * What `element` showed before is replaced, and the bar goes when the job has ended.
 */
export async function jobBar(element, id, { title = "" } = {}) {
  const bar = el("progress", { "aria-label": title || t("job.running") })
  const words = el("span", { role: "status" }, t("job.queued"))
  const stop = el("button", { type: "button", class: "btn", onclick: () => callOff(id, stop) })
  stop.append(t("job.cancel"))
  show(element, el("div", { class: "job-bar" }, title && el("strong", {}, title), bar, words, stop))
  const onProgress = (job) => {
    words.textContent = wordsOf(job)
    if (job.total) Object.assign(bar, { max: job.total, value: job.done })
  }
  try {
    return await followJob(id, { onProgress })
  } finally {
    show(element)
  }
}

function callOff(id, button) {
  button.disabled = true
  cancelJob(id).catch(() => {
    button.disabled = false
  })
}
