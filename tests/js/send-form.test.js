import assert from "node:assert/strict"
import test from "node:test"
import { Refused, Unreachable } from "../../web/static/js/request.js"
import { sendForm } from "../../web/static/js/send-form.js"

globalThis.document = { querySelector: () => ({ content: "token" }) }

/** A request that does what a test says once it is sent. */
const wire = (act) => ({
  upload: {},
  headers: {},
  open(method, url) {
    Object.assign(this, { method, url })
  },
  setRequestHeader(name, value) {
    this.headers[name] = value
  },
  send() {
    act(this)
  },
  abort() {
    this.onabort()
  },
})

const answer = (status, body) => (xhr) => {
  Object.assign(xhr, { status, responseText: body })
  xhr.onload()
}

test("a file is sent with the token, and its share is told on the way", async () => {
  const shares = []
  const xhr = wire((each) => {
    each.upload.onprogress({ loaded: 5, total: 20 })
    answer(201, '{"token": "a"}')(each)
  })
  const told = await sendForm("/x", new FormData(), { xhr, onShare: (share) => shares.push(share) })
  assert.deepEqual(told, { token: "a" })
  assert.deepEqual(shares, [0.25])
  assert.deepEqual([xhr.method, xhr.url, xhr.headers["X-CSRFToken"]], ["POST", "/x", "token"])
  assert.equal("Content-Type" in xhr.headers, false) // the browser writes the boundary
})

test("what the server refuses keeps its code, also where the answer is no JSON", async () => {
  const refused = wire(answer(413, '{"error": {"code": "upload_too_large"}}'))
  await assert.rejects(sendForm("/x", new FormData(), { xhr: refused }), { code: "upload_too_large" })
  const odd = sendForm("/x", new FormData(), { xhr: wire(answer(502, "<html>")) })
  await assert.rejects(odd, (error) => error instanceof Refused && error.code === "http_502")
})

test("no answer is told apart from being called off", async () => {
  const lost = sendForm("/x", new FormData(), { xhr: wire((xhr) => xhr.onerror()) })
  await assert.rejects(lost, Unreachable)
  const stop = new AbortController()
  const sent = sendForm("/x", new FormData(), { xhr: wire(() => {}), signal: stop.signal })
  stop.abort()
  await assert.rejects(sent, { name: "AbortError" })
})
