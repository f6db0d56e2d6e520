// Distances that are older than the streets: said above the map, measured again as a job that can be called off.
import { Cancelled, jobBar } from "../jobs.js"
import { t } from "../language.js"
import { dismiss, message, sayError } from "../messages.js"
import { count } from "../number-format.js"
import { post, request } from "../request.js"

/** Look whether any kind is out of date, and offer to measure; `done` runs after it was measured. */
export async function watchMeasured(done) {
  const { stale, kinds } = await request("/api/coverage/measured")
  if (!stale) return
  const bar = message({
    id: "measured",
    tone: "warn",
    text: t("coverage.stale", { n: count(stale), kinds: count(kinds) }),
    actions: [{ label: t("coverage.measure_again"), run: () => measure(bar, done) }],
  })
}

async function measure(bar, done) {
  try {
    const { job } = await post("/api/coverage/measured", {})
    await jobBar(bar, job, { title: t("coverage.measuring_title") })
    dismiss("measured")
    await done()
  } catch (error) {
    dismiss("measured")
    if (!(error instanceof Cancelled)) sayError(error)
    watchMeasured(done)
  }
}
