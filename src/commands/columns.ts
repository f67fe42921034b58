/** Rows as lines of columns, each as wide as its widest cell; columns without anything in them are left out. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const [head = [], ...body] = rows
  const shown = head.map((_, column) => body.length === 0 || body.some((row) => row[column] !== ''))
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .filter((_, column) => shown[column])
      .join('  ')
      .trimEnd(),
  )
}
