import assert from "node:assert/strict"
import { test } from "node:test"
import { addressOf, askedOf } from "../../web/static/js/desk/list-of.js"

test("a number's address asks the queue for just what the number counts", () => {
  const period = { since: "2026-01-01T00:00:00+08:00", by: "community", part: "听雨 & 社区" }
  const address = addressOf("on_time", period)
  assert.deepEqual(askedOf(address.slice("/desk".length)), {
    tab: "all",
    figure: "on_time",
    by: "community",
    part: "听雨 & 社区",
    from: period.since,
  })
})

test("a number of what stands nowhere asks for the part without a name", () => {
  assert.match(addressOf("total", { by: "grid" }), /by=grid&part=$/)
  assert.deepEqual(askedOf("?other=1"), {})
})
