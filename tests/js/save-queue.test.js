import assert from "node:assert/strict"
import test from "node:test"
import { saveQueue } from "../../web/static/js/plan/save-queue.js"
import { Refused, Unreachable } from "../../web/static/js/request.js"

/** A queue whose server answers as told; `sent` and `heard` tell what happened. */
function queueWith(answers, more = {}) {
  const sent = []
  const heard = []
  const timers = []
  const queue = saveQueue({
    version: 1,
    newKey: () => `key-${sent.length}`,
    later: (act, ms) => timers.push({ act, ms }),
    async send(url, body, headers) {
      sent.push({ url, body, headers })
      const answer = answers.shift()
      if (answer instanceof Error) throw answer
      return answer
    },
    on: {
      saved: (change, answer) => heard.push(["saved", change.url, answer.version]),
      waiting: (n, seconds) => heard.push(["waiting", n, seconds]),
      refused: (error) => heard.push(["refused", error.code]),
      ...more,
    },
  })
  return { queue, sent, heard, timers }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5))
const change = (url) => ({ url, body: { kind: "brush" } })

test("each change is sent on the version that the one before gave", async () => {
  const { queue, sent } = queueWith([{ version: 2 }, { version: 3 }])
  queue.add(change("a"))
  queue.add(change("b"))
  await settled()
  assert.deepEqual(
    sent.map(({ url, body }) => [url, body.base_version]),
    [
      ["a", 1],
      ["b", 2],
    ],
  )
  assert.equal(queue.version, 3)
})

test("when the server is away the change waits, and is sent again with the same key", async () => {
  const { queue, sent, heard, timers } = queueWith([new Unreachable(), { version: 2 }])
  queue.add(change("a"))
  await settled()
  assert.deepEqual(heard, [["waiting", 1, 2]])
  assert.equal(queue.length, 1)
  timers[0].act()
  await settled()
  assert.equal(queue.length, 0)
  assert.equal(sent[0].headers["Idempotency-Key"], sent[1].headers["Idempotency-Key"])
})

test("the wait doubles, up to half a minute", async () => {
  const { queue, timers } = queueWith(Array.from({ length: 7 }, () => new Unreachable()))
  queue.add(change("a"))
  for (let i = 0; i < 6; i++) {
    await settled()
    timers[i].act()
  }
  await settled()
  assert.deepEqual(
    timers.map(({ ms }) => ms / 1000),
    [2, 4, 8, 16, 30, 30, 30],
  )
})

test("a refusal stops the queue and keeps what was not sent", async () => {
  const { queue, sent, heard } = queueWith([new Refused(409, { code: "stale_version" })])
  queue.add(change("a"))
  queue.add(change("b"))
  await settled()
  assert.deepEqual(heard, [["refused", "stale_version"]])
  assert.equal(sent.length, 1)
  assert.equal(queue.length, 2)
})

test("after a restart the queue sends on the new version", async () => {
  const { queue, sent } = queueWith([new Refused(409, {}), { version: 10 }])
  queue.add(change("a"))
  await settled()
  queue.restart(9)
  queue.add(change("c"))
  await settled()
  assert.deepEqual([sent[1].url, sent[1].body.base_version], ["c", 9])
})

test("who waits for the queue is told when everything is saved", async () => {
  const { queue } = queueWith([{ version: 2 }, { version: 3 }])
  queue.add(change("a"))
  queue.add(change("b"))
  await queue.idle()
  assert.equal(queue.version, 3)
})

test("an empty queue keeps nobody waiting", () => queueWith([]).queue.idle())

test("a refusal that may pass is let go, and the next change is sent on the same version", async () => {
  const refusal = new Refused(409, { code: "locked" })
  const passes = (error, { way }) => error.code === "locked" && way === "undo"
  const { queue, sent, heard } = queueWith([refusal, { version: 2 }, refusal], { passes })
  queue.add({ ...change("undo"), way: "undo" })
  queue.add(change("a"))
  queue.add(change("b"))
  await settled()
  assert.deepEqual(heard, [
    ["saved", "a", 2],
    ["refused", "locked"],
  ])
  assert.equal(sent[1].body.base_version, 1)
  assert.equal(queue.length, 1)
})
