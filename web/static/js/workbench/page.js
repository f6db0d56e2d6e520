// The workbench: opens the plan, puts it on the map, binds the parts.
import { ready } from "/map/workbench.js"
import { bindDrawer } from "../drawer.js"
import { find } from "../dom.js"
import { t } from "../language.js"
import { LabelLayer } from "../map/label-layer.js"
import { bindLayerToggles } from "../map/layer-toggles.js"
import { bindMapButtons, fit } from "../map/map-buttons.js"
import { dismiss, message, sayError } from "../messages.js"
import { count } from "../number-format.js"
import { openPlan } from "../plan/model.js"
import { saveQueue } from "../plan/save-queue.js"
import { post } from "../request.js"
import { toast } from "../toast.js"
import { bindBalance } from "./balance.js"
import { bindBars } from "./bars.js"
import { bindBuildings } from "./building-panel.js"
import { bindCard } from "./card-panel.js"
import { bindCompare } from "./compare.js"
import { sayConflict } from "./conflict.js"
import { bindContext, showSaved } from "./context-bar.js"
import { chooseReceiver, listen, makeDesk, select, tell } from "./desk.js"
import { endReshaping, fetchPlan, letGo, takeMirrored, undo } from "./gestures.js"
import { bindGround } from "./ground.js"
import { bindHistory } from "./history.js"
import { bindKeySheet } from "./keys.js"
import { bindLegend } from "./legend.js"
import { bindLive, takeSince } from "./live.js"
import { bindLocks } from "./lock-tool.js"
import { bindMapView } from "./map-view.js"
import { bindOptions } from "./option-strip.js"
import { bindPlanCoverage } from "./plan-coverage.js"
import { bindPlanIncidents } from "./plan-incidents.js"
import { bindPublish } from "./publish.js"
import { bindPapers } from "./papers.js"
import { bindRail } from "./rail.js"
import { bindReasons } from "./reasons.js"
import { sayReadOnly } from "./review.js"
import { bindReviews } from "./reviews.js"
import { bindRules } from "./rules.js"
import { bindSuggestions } from "./suggestions.js"
import { bindTools } from "./tools.js"
import { bindUnplaced } from "./unplaced.js"
import { bindUnsaved } from "./unsaved.js"

const planId = Number(find("#context").dataset.plan)

function put(desk, answer) {
  desk.plan = { ...openPlan(answer), edits: answer.edits }
  Object.assign(desk, {
    selected: null,
    receiver: null,
    preview: null,
    made: [],
    unmade: [],
    rules: null,
    conflict: null,
    falling: new Set(),
  })
  endReshaping(desk)
  desk.pending.clear()
  desk.queue ??= makeQueue(desk)
  desk.queue.restart(desk.plan.version)
  tell(desk, "plan-opened")
  if (!desk.plan.editable) sayReadOnly(desk)
}

/** Cells were cut, or joined again: read the plan anew and look at it as before. */
async function reopen(desk, { words, isNoGesture }) {
  await desk.queue.idle()
  const nameOf = (grid) => (grid === null ? null : desk.plan.grids[grid].position)
  const [selected, receiver] = [nameOf(desk.selected), nameOf(desk.receiver)]
  put(desk, await fetchPlan(desk.plan.id))
  const gridOf = (position) => desk.plan.indexOfGrid.get(position) ?? null
  const isThere = (grid) => grid !== null && desk.plan.totals.cells[grid] > 0
  if (isThere(gridOf(selected))) select(desk, gridOf(selected))
  if (isThere(gridOf(receiver))) chooseReceiver(desk, gridOf(receiver))
  if (words) toast(words, isNoGesture ? null : { label: t("workbench.undo"), run: () => undo(desk) })
}

function makeQueue(desk) {
  return saveQueue({
    send: post,
    version: 0,
    on: {
      added: () => showSaved(desk),
      saved(change, answer) {
        dismiss("waiting")
        desk.plan.saved = desk.queue.length ? desk.plan.saved : desk.plan.grid.slice()
        takeMirrored(desk, change, answer)
        if (answer.since) takeBeside(desk, change, answer)
        showSaved(desk)
        tell(desk, "saved")
      },
      waiting: (n, seconds) => sayWaiting(desk, n, seconds),
      passes: (error, change) => letGo(desk, error, change),
      refused: (error) => sayRefused(desk, error),
    },
  })
}

/** Others changed grids apart from ours meanwhile: what we sent last stays the newest gesture. */
function takeBeside(desk, change, { since }) {
  const own = change.moves && desk.made.at(-1 - desk.queue.gestures)
  takeSince(desk, { since }, (answer) => put(desk, answer))
  if (own) desk.made.unshift(own)
}

function sayWaiting(desk, n, seconds) {
  const actions = [{ label: t("common.retry"), run: desk.queue.resume }]
  message({
    id: "waiting",
    tone: "warn",
    text: t("workbench.waiting", { n: count(n), seconds }),
    actions,
    close: false,
  })
}

function sayRefused(desk, error) {
  if (error.code === "stale_version") return sayConflict(desk, error, (answer) => put(desk, answer))
  const reload = async () => {
    dismiss("refused")
    put(desk, await fetchPlan(desk.plan.id))
  }
  return message({
    id: "refused",
    text: error.message,
    code: error.code,
    actions: [{ label: t("workbench.reload"), run: reload }],
    close: false,
  })
}

async function open() {
  find("#progress").hidden = false
  const [{ map, layers }, answer] = await Promise.all([ready, fetchPlan(planId)])
  const desk = makeDesk(find("#app"), map, layers)
  desk.labels = new LabelLayer().addTo(map)
  for (const bind of [
    bindCompare,
    bindMapView,
    bindGround,
    bindReasons,
    bindRail,
    bindTools,
    bindLocks,
    bindOptions,
    bindContext,
    bindCard,
    bindBuildings,
    bindSuggestions,
    bindBars,
    bindRules,
    bindHistory,
    bindPlanCoverage,
    bindPlanIncidents,
    bindUnsaved,
    bindUnplaced,
    bindBalance,
    bindPublish,
    bindPapers,
    bindReviews,
    bindLegend,
  ])
    bind(desk)
  listen(desk, "reshaped", (done) => reopen(desk, done).catch(sayError))
  bindLive(desk, (answer) => put(desk, answer))
  fit(map, answer.bounds)
  bindMapButtons(map, () => desk.plan.bounds)
  bindLayerToggles(layers)
  put(desk, answer)
  addEventListener("beforeunload", (event) => desk.queue.length && event.preventDefault())
  addEventListener("online", desk.queue.resume)
}

bindDrawer()
bindKeySheet()
open()
  .catch((error) => {
    find("#app").classList.add("read-only")
    sayError(error, { retry: () => location.reload() })
    if (!error.code) throw error
  })
  .finally(() => (find("#progress").hidden = true))
