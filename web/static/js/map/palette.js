// Colours of the territory (see vars.css for those of the chrome) and the classes of deviation.

export const GROUND = {
  land: "#f3f4f1",
  building: "#e0e3e4",
  inside: "rgba(27,36,48,.17)",
  insideEdge: "rgba(27,36,48,.10)",
  water: "#c9dde8",
  waterEdge: "#afc9d8",
  green: "#dde9d5",
  road: "#ffffff",
  casing: "#cbd1d6",
  rail: "#b5bcc3",
}

export const BORDER = "#2f3b48"
export const ACCENT = "#0f5c78"
export const OVER = "#a92a1c"

/** Fills and edge tints of neighbouring grids, in the order of use: wheat, sky, sage, lilac, sand, aqua, mist, mauve. */
export const CATEGORIES = [
  { fill: "#f7ecb4", edge: "#73622d" },
  { fill: "#b2caf2", edge: "#406499" },
  { fill: "#c5cdad", edge: "#5a6a3d" },
  { fill: "#eae8fb", edge: "#69588d" },
  { fill: "#fceede", edge: "#825934" },
  { fill: "#bed5cf", edge: "#366e6a" },
  { fill: "#f0f1f2", edge: "#5c646f" },
  { fill: "#d6c0d7", edge: "#7d5279" },
]

/** Classes of households against the band, from far under to far over. */
export const DEVIATION = [
  { key: "far_under", fill: "#2a5b94", edge: "#1d3f68", pattern: "under-far", light: true, tone: "under" },
  { key: "under", fill: "#8db2da", edge: "#2a5b94", pattern: "under", tone: "under" },
  { key: "low", fill: "#cfe0f0", edge: "#2a5b94", pattern: null, tone: "warn" },
  { key: "target", fill: "#eef2ea", edge: "#5a6a3d", pattern: null, tone: "ok" },
  { key: "high", fill: "#f8dfc0", edge: "#805300", pattern: null, tone: "warn" },
  { key: "over", fill: "#e59a72", edge: "#8c3a22", pattern: "over", tone: "over" },
  { key: "far_over", fill: "#b4402f", edge: "#7a1d12", pattern: "over-far", light: true, tone: "over" },
]

/** Fill of an out-of-band grid in the view of categories: above the band only; below keeps its category. */
export const ABOVE_BAND = { fill: "#f4c3aa", edge: "#a92a1c" }

/** Limits between the seven classes: far under, under, low, in target, high, over, far over. */
export function deviationLimits({ low, high, target }) {
  const farUnder = Math.round((low * 5) / 6)
  const farOver = Math.round((high * 6) / 5)
  return [
    farUnder,
    low,
    Math.max(low, Math.ceil(target * 0.8)),
    Math.min(high, Math.floor(target * 1.2)),
    high,
    farOver,
  ]
}

/** Index into DEVIATION of a grid with so many households. */
export function deviationClass(households, band) {
  const [farUnder, low, targetLow, targetHigh, high, farOver] = deviationLimits(band)
  if (households < farUnder) return 0
  if (households < low) return 1
  if (households < targetLow) return 2
  if (households <= targetHigh) return 3
  if (households <= high) return 4
  return households <= farOver ? 5 : 6
}

/** "over", "under", "warn" or "ok": how a grid stands to the band and the target. */
export const tone = (households, band) => DEVIATION[deviationClass(households, band)].tone

export const TONE_COLOUR = { over: "#a92a1c", under: "#22588f", warn: "#805300", ok: "#1e6a45" }
