// Columnar answers ({a: [..], b: [..]}) and rows ({a, b}).

/** Rows of a columnar answer; the number of rows is the length of its first array. */
export function rowsOf(columns) {
  const names = Object.keys(columns).filter((name) => Array.isArray(columns[name]))
  const n = names.length ? columns[names[0]].length : 0
  return Array.from({ length: n }, (_, i) =>
    Object.fromEntries(names.map((name) => [name, columns[name][i]])),
  )
}
