// What a form of the export asks for: pure, so that it is tested without a page.
export const WHOLE_PLAN = "plan"
export const OTHER_CRS = "other"

/** The layers of a plan are chosen as one, or one by one. */
export const isOfPlan = (what, layers) =>
  what === WHOLE_PLAN || layers.some(({ key, plan }) => plan && key === what)

/** {layers, format, crs, plan} of a form's values; `layers` are those of /api/exports. */
export function wishOf({ what, plan, format, crs, epsg }, layers) {
  const ofPlan = isOfPlan(what, layers)
  return {
    layers: what === WHOLE_PLAN ? [] : [what],
    format,
    crs: crs === OTHER_CRS ? epsg.trim() : crs,
    plan: ofPlan && plan ? Number(plan) : null,
  }
}

/** A key of the catalogue that says why the wish cannot be made, or null. */
export function refusal(wish, what, layers) {
  if (isOfPlan(what, layers) && !wish.plan) return "export.plan_none"
  const degrees = ["4326", "4490", "gcj02", "bd09"]
  return wish.format === "geojson" && !degrees.includes(wish.crs) ? "export.geojson_wgs" : null
}
