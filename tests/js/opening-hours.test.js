// Opening hours in words: OpenStreetMap's notation and the calendar's rule for days of the month.
import assert from "node:assert/strict"
import test from "node:test"

import { hoursText } from "../../web/static/js/coverage/hours-text.js"

const CASES = [
  ["Mo-Fr 08:30-17:30; PH off", "周一至周五 08:30-17:30；法定节假日 休息", "Mo-Fr 08:30-17:30; PH off"],
  ["24/7", "全天", "all day"],
  ["FREQ=MONTHLY;BYMONTHDAY=8 09:00-11:30", "每月8日 09:00-11:30", "every month on the 8th 09:00-11:30"],
  ["FREQ=MONTHLY;BYMONTHDAY=1,-1", "每月1日、最后一天", "every month on the 1st, the last day"],
  ["FREQ=WEEKLY;BYDAY=MO,WE 14:00-17:00", "每周一、周三 14:00-17:00", "every Mo, We 14:00-17:00"],
  ["FREQ=DAILY", "每天", "every day"],
  ["早八点", "早八点", "早八点"],
  [null, "", ""],
]

for (const [hours, zh, en] of CASES)
  test(`${hours} is told in both languages`, () => {
    assert.equal(hoursText(hours, "zh"), zh)
    assert.equal(hoursText(hours, "en"), en)
  })
