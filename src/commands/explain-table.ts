/** What `medoid aggregate --explain` prints: why a result is what it is, one row a vector. */
import type { Explanation, Measured } from '../gar/explain.ts'

export interface Explained {
  readonly explanation: Explanation
  readonly n: number
  readonly f: number
  /** What the vectors are called; their positions where absent. */
  readonly ids?: readonly string[] | undefined
}

export function explainTable({ explanation, n, f, ids }: Explained): string[] {
  const { rule, bound, weights, scores, measured } = explanation
  const columns: [title: string, cells: readonly string[]][] = [
    ['vector', Array.from({ length: n }, (_, i) => ids?.[i] ?? `${i}`)],
    ...(weights ? [['share', Array.from(weights, percent)] as [string, string[]]] : []),
    ...(scores?.length === n ? [['score', Array.from(scores, digits)] as [string, string[]]] : []),
    ...measured.filter(({ stage }) => stage === 0).map((one) => columnOf(one, n)),
  ]
  const widths = columns.map(([title, cells]) => Math.max(title.length, ...cells.map(({ length }) => length)))
  const line = (texts: readonly string[]) =>
    texts
      .map((text, i) => text.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd()
  return [
    `${rule} on n = ${n} vectors, f = ${f} (needs ${bound})`,
    '',
    line(columns.map(([title]) => title)),
    ...Array.from({ length: n }, (_, i) => line(columns.map(([, cells]) => cells[i] ?? ''))),
    ...(weights ? [] : ['', 'Every coordinate of the result is made of other vectors, so none has a share.']),
    ...(scores && scores.length !== n
      ? ['', `scores of the rows made of them: ${Array.from(scores, digits).join(', ')}`]
      : []),
    ...(scores ? ['', 'The least score is the best.'] : []),
  ]
}

/** Pairs are told by the middle one of a vector's distances to the others: near the honest, far from few. */
function columnOf({ of, distances }: Measured, n: number): [string, string[]] {
  if (of !== 'pairs')
    return [
      `distance to ${of === 'zero' ? 'zero' : `the ${of}`}`,
      Array.from(distances.subarray(0, n), digits),
    ]
  const rows = Math.sqrt(distances.length)
  const middles = Array.from({ length: n }, (_, i) => {
    const others = distances
      .slice(i * rows, i * rows + n)
      .filter((_, j) => j !== i)
      .sort()
    return others.length === 0 ? '' : digits(others[others.length >> 1] ?? 0)
  })
  return ['median distance to others', middles]
}

function percent(share: number): string {
  return share === 0 ? '-' : `${Number((100 * share).toPrecision(4))} %`
}

function digits(value: number): string {
  return Number(value.toPrecision(4)).toString()
}
