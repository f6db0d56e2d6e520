// What the map shows unless a task shows its own: uncovered buildings, or the shares of units as a choropleth.
import { percent } from "../number-format.js"
import { choice } from "./choice.js"
import { classOf, shareOfGrid } from "./shares.js"

const PLAIN = "#fafbf9"

export function coverageView(answer, parents) {
  const shares = shareOfGrid(answer, choice.level, parents, choice)
  const share = (grid) => shares.get(grid) ?? null
  return {
    paintOf: (grid) => {
      const fill = choice.choropleth && share(grid) !== null ? classOf(share(grid)).fill : PLAIN
      return { fill, edge: null, patterns: [] }
    },
    below: ({ grid }) => (share(grid) === null ? "" : percent(share(grid) / 100, 0)),
    veil: [choice.choropleth],
  }
}
