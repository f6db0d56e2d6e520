import assert from "node:assert/strict"
import test from "node:test"
import { Cancelled, followJob } from "../../web/static/js/follow-job.js"
import { Refused, Unreachable } from "../../web/static/js/request.js"

/** Follow a job whose server answers these states, one after the other. */
async function followed(answers) {
  const seen = []
  const pauses = []
  const ask = async () => {
    const answer = answers.shift()
    if (answer instanceof Error) throw answer
    return answer
  }
  const pause = async (ms) => pauses.push(ms)
  const result = await followJob(7, { ask, pause, onProgress: (job) => seen.push(job.state) })
  return { result, seen, pauses }
}

test("a job is followed until it is done", async () => {
  const run = [{ state: "queued" }, { state: "running" }, { state: "done", result: { moves: 3 } }]
  const { result, seen } = await followed(run)
  assert.deepEqual(result, { moves: 3 })
  assert.deepEqual(seen, ["queued", "running", "done"])
})

test("the longer it lasts, the more seldom it is asked", async () => {
  const run = [...Array.from({ length: 12 }, () => ({ state: "running" })), { state: "done" }]
  const { pauses } = await followed(run)
  assert.ok(pauses.every((ms, i) => i === 0 || ms >= pauses[i - 1]))
  assert.ok(pauses.at(-1) <= 1500)
})

test("a server that cannot be reached for a while is asked again", async () => {
  const { result } = await followed([new Unreachable(), { state: "done", result: 1 }])
  assert.equal(result, 1)
})

test("a job that failed says why", () => {
  const error = { code: "no_plan", message: "…", facts: {} }
  const refusal = (thrown) => thrown instanceof Refused && thrown.code === "no_plan"
  return assert.rejects(followed([{ state: "failed", error }]), refusal)
})

test("a job that was called off says so", () => assert.rejects(followed([{ state: "cancelled" }]), Cancelled))

test("a job of somebody else is refused at once", () =>
  assert.rejects(followed([new Refused(404, { code: "job_not_found" })]), Refused))
