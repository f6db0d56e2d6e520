// Names are found in either script and any width.
import assert from "node:assert/strict"
import { test } from "node:test"
import { folded } from "../../web/static/js/simplified.js"

test("網格 finds 网格, and 网格 finds 網格", () => {
  assert.equal(folded("網格員"), "网格员")
  assert.equal(folded("東湖社區"), folded("东湖社区"))
})

test("full-width signs are narrow", () => assert.equal(folded("ＡＢ３"), "ab3"))

test("what is simplified already stays", () => assert.equal(folded("柳湖区"), "柳湖区"))
