// Long work, followed to its end by asking again, ever more slowly.
import { Refused, request, Unreachable } from "./request.js"

const FIRST_MS = 150
const SLOWEST_MS = 1500
const ENDED = new Set(["done", "failed", "cancelled"])

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** The job was called off; nothing was changed. */
export class Cancelled extends Error {
  constructor() {
    super("cancelled")
    this.name = "Cancelled"
    this.code = "job_cancelled"
  }
}

/** The state of a job; null while the server cannot be reached. */
const stateOf = (id, ask) =>
  ask(`/api/jobs/${id}`).catch((error) => {
    if (error instanceof Unreachable) return null
    throw error
  })

/** Follow a job to its end: its result, or the error it ended with (Refused, Cancelled). */
export async function followJob(id, { onProgress = () => {}, ask = request, pause = wait } = {}) {
  for (let ms = FIRST_MS; ; ms = Math.min(ms * 1.4, SLOWEST_MS)) {
    const job = await stateOf(id, ask)
    if (job) onProgress(job)
    if (job && ENDED.has(job.state)) return outcome(job)
    await pause(ms)
  }
}

function outcome(job) {
  if (job.state === "cancelled") throw new Cancelled()
  if (job.state === "failed") throw new Refused(422, job.error)
  return job.result
}
