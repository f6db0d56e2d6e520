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

test("what was closed in a week asks for the week of its end, not of its report", () => {
  const week = {
    closedSince: "2026-11-16T00:00:00+08:00",
    closedUntil: "2026-11-23T00:00:00+08:00",
    community: 7,
  }
  assert.deepEqual(askedOf(addressOf("closed", week).slice("/desk".length)), {
    tab: "all",
    figure: "closed",
    closed_from: week.closedSince,
    closed_to: week.closedUntil,
    community: "7",
  })
})
