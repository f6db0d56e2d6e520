import assert from "node:assert/strict"
import { test } from "node:test"
import { FAILED, Queue, QUEUED, SENT, stateAfter, waitAfter } from "../../web/static/js/report/queue.js"
import { Refused, Unreachable } from "../../web/static/js/request.js"

/** A queue whose server answers as told, and a store that survives a page being closed. */
function queueWith(answers, kept = new Map()) {
  const sent = []
  const store = {
    all: async (account) =>
      [...kept.values()].filter((one) => one.account === account).map((one) => ({ ...one })),
    put: async (report) => void kept.set(report.key, structuredClone(report)),
    remove: async (key) => void kept.delete(key),
  }
  const answer = async (what) => {
    sent.push(what)
    const next = answers.shift()
    if (next instanceof Error) throw next
    return next
  }
  const net = {
    begin: () => answer("begin"),
    send: ({ key }) => answer(`send ${key}`),
    sendPhoto: (id, { blob }) => answer(`photo ${id} ${blob}`),
  }
  const queue = new Queue({ account: 7, store, net, changed: () => {} })
  return { queue, sent, kept }
}

const report = (key, photos = []) => ({
  key,
  body: { category: "0102" },
  photos: photos.map((blob) => ({ blob, sent: false })),
  written_at: `2026-01-0${key}`,
})
const offline = () => new Unreachable(new Error("down"))
const states = ({ reports }) => reports.map(({ state, why }) => [state, why ?? null])
const stop = ({ queue }) => clearTimeout(queue.later)

test("what is written is kept before it is sent, and sent with its photos", async () => {
  const desk = queueWith([{}, { id: 5 }, {}, {}])
  await desk.queue.add(report("1", ["a", "b"]))
  assert.deepEqual(desk.sent, ["begin", "send 1", "photo 5 a", "photo 5 b"])
  assert.deepEqual(states(desk.queue), [[SENT, null]])
  assert.equal(desk.kept.get("1").result.id, 5)
})

test("without network it waits, and goes with the same key when the page is opened again", async () => {
  const before = queueWith([offline()])
  await before.queue.add(report("1"))
  assert.deepEqual(states(before.queue), [[QUEUED, "network"]])
  stop(before)
  const after = queueWith([{}, { id: 5 }], before.kept)
  await after.queue.load()
  await after.queue.flush()
  assert.deepEqual(after.sent, ["begin", "send 1"])
  assert.deepEqual(states(after.queue), [[SENT, null]])
})

test("a reply that is lost is asked for again with the same key; a report that went is not sent twice", async () => {
  const desk = queueWith([{}, offline(), {}, { id: 5 }, offline(), {}, {}])
  await desk.queue.add(report("1", ["a"]))
  stop(desk)
  await desk.queue.flush()
  assert.deepEqual(states(desk.queue), [[QUEUED, "network"]])
  stop(desk)
  await desk.queue.flush()
  assert.deepEqual(desk.sent, ["begin", "send 1", "begin", "send 1", "photo 5 a", "begin", "photo 5 a"])
  assert.deepEqual(states(desk.queue), [[SENT, null]])
})

test("the oldest go first, and one that is refused does not hold up the others", async () => {
  const refused = new Refused(422, { code: "text_too_long", message: "too long" })
  const desk = queueWith([offline(), offline(), {}, refused, { id: 6 }])
  await desk.queue.add(report("1"))
  stop(desk)
  await desk.queue.add(report("2"))
  stop(desk)
  await desk.queue.flush()
  assert.deepEqual(desk.sent.slice(2), ["begin", "send 1", "send 2"])
  assert.deepEqual(states(desk.queue), [
    [SENT, null],
    [FAILED, "refused"],
  ])
  assert.equal(desk.kept.get("1").message, "too long")
  await desk.queue.discard("1")
  assert.deepEqual([...desk.kept.keys()], ["2"])
})

test("signed out, it waits and is sent by the same account alone", async () => {
  const desk = queueWith([new Refused(401, { code: "signed_out" })])
  await desk.queue.add(report("1"))
  stop(desk)
  assert.deepEqual(states(desk.queue), [[QUEUED, "signed_out"]])
  const other = queueWith([], desk.kept)
  other.queue.account = 8
  await other.queue.load()
  assert.deepEqual(other.queue.reports, [])
})

test("a photo that is refused is told, and the report stands", async () => {
  const desk = queueWith([{}, { id: 5 }, new Refused(422, { code: "no_photo", message: "no picture" }), {}])
  await desk.queue.add(report("1", ["a", "b"]))
  assert.deepEqual(states(desk.queue), [[SENT, null]])
  assert.deepEqual(
    desk.queue.reports[0].photos.map(({ refused }) => refused ?? null),
    ["no picture", null],
  )
})

test("each kind of answer leaves a report waiting or in need of a hand", () => {
  assert.equal(stateAfter(offline()).state, QUEUED)
  assert.equal(stateAfter(new Refused(503)).state, QUEUED)
  assert.equal(stateAfter(new Refused(429)).state, QUEUED)
  assert.equal(stateAfter(new Refused(400, { code: "http_400" })).state, QUEUED)
  assert.equal(stateAfter(new Refused(404)).state, FAILED)
  assert.equal(stateAfter(new Error("ours")).state, FAILED)
})

test("tries lie further and further apart, two minutes at most, and not all at once", () => {
  assert.ok(waitAfter(1, 1) < waitAfter(3, 1))
  assert.equal(waitAfter(50, 1), 120_000)
  assert.ok(waitAfter(3, 0) < waitAfter(3, 1))
})
