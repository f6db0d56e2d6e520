// Grids as a calm ground for coverage: white below, no category colours; the buildings carry the statement.

/** The view for DistrictLayer: every grid the same, its line thin; nothing selected. */
export const paintOfCoverage = () => ({
  paintOf: () => ({ fill: "#fafbf9", edge: null, patterns: [] }),
  selected: null,
  isOut: () => false,
})

/** Class of a share of covered households, for the bars: very low, low or fine. */
export function shareClass(percent) {
  if (percent < 50) return "very-low"
  return percent < 90 ? "low" : ""
}
