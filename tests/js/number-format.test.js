import assert from "node:assert/strict"
import test from "node:test"
import * as format from "../../web/static/js/number-format.js"

const cases = [
  [format.count(6044), "6,044"],
  [format.count(1234567.891, 2), "1,234,567.89"],
  [format.count(-9), "−9"],
  [format.count(-0.2), "0"],
  [format.count(null), "–"],
  [format.signed(131), "+131"],
  [format.signed(-9), "−9"],
  [format.signed(0), "0"],
  [format.percent(0.775), "77.5\u2009%"],
  [format.percent(1), "100\u2009%"],
  [format.percent(0), "0\u2009%"],
  [format.area(9999), "9,999\u2009m²"],
  [format.area(160000), "0.16\u2009km²"],
  [format.length(650), "650\u2009m"],
  [format.length(1500), "1.5\u2009km"],
  [format.range(300, 500), "300–500"],
  [format.codeGroups("990101004007013"), "990101 004 007 013"],
  [format.codeGroups(null), ""],
  [format.shortCode("990101004007013"), "013"],
  [format.day("2025-08-31"), "2025-08-31"],
  [format.day(null), "–"],
]

for (const [got, wanted] of cases) test(`a number reads ${wanted}`, () => assert.equal(got, wanted))
