/**
 * Small complex least-squares problems, possibly of deficient rank, by Gram-Schmidt with column pivoting. Each column is
 * orthogonalised twice, which is enough for orthogonality to working precision (Giraud, Langou, Rozloznik, "On the
 * round-off error analysis of the Gram-Schmidt algorithm with reorthogonalization", 2002).
 */
import {
  addMultiple,
  at,
  type Complex,
  type ComplexVector,
  complexVector,
  innerProduct,
  multiply,
  norm,
} from './complex.ts'

interface Factor {
  /** Which column it came from. */
  readonly column: number
  /** Of length 1, orthogonal to the others. */
  readonly direction: ComplexVector
  /** What the column has along the directions of the factors before this one. */
  readonly along: readonly Complex[]
  /** What remained of the column: its part along `direction`. */
  readonly length: number
}

/**
 * The x, one entry a column, for which sum x_j column_j is nearest to `target`. Columns of which less than `cutoff` times the
 * longest column remains beside those taken before get 0: a basic solution, not the shortest one.
 * O(rows * columns^2).
 */
export function leastSquares(
  columns: readonly ComplexVector[],
  target: ComplexVector,
  cutoff: number,
): ComplexVector {
  const factors = factorise(columns, cutoff)
  const solution = complexVector(columns.length)
  const rest = factors.map(({ direction }) => innerProduct(direction, target))
  for (let k = factors.length - 1; k >= 0; k--) {
    const factor = factors[k] as Factor
    const { re, im } = rest[k] as Complex
    const x = { re: re / factor.length, im: im / factor.length }
    solution.re[factor.column] = x.re
    solution.im[factor.column] = x.im
    for (const [j, along] of factor.along.entries()) {
      const [before, taken] = [rest[j] as Complex, multiply(along, x)]
      rest[j] = { re: before.re - taken.re, im: before.im - taken.im }
    }
  }
  return solution
}

/** target - sum x_j column_j. */
export function residual(
  columns: readonly ComplexVector[],
  target: ComplexVector,
  solution: ComplexVector,
): ComplexVector {
  const rest = { re: target.re.slice(), im: target.im.slice() }
  for (const [j, column] of columns.entries()) {
    const { re, im } = at(solution, j)
    addMultiple(rest, { re: -re, im: -im }, column)
  }
  return rest
}

function factorise(columns: readonly ComplexVector[], cutoff: number): readonly Factor[] {
  const factors: Factor[] = []
  const left = new Map(columns.map((column, j) => [j, { re: column.re.slice(), im: column.im.slice() }]))
  const along = columns.map((): Complex[] => [])
  let least = 0
  while (left.size > 0) {
    const [column, length] = longest(left)
    if (factors.length === 0) least = cutoff * length
    if (length <= least) break
    const taken = left.get(column) as ComplexVector
    left.delete(column)
    const direction = { re: taken.re.map((x) => x / length), im: taken.im.map((x) => x / length) }
    factors.push({ column, direction, along: along[column] ?? [], length })
    for (const [j, other] of left) {
      const part = takeAway(other, direction)
      for (const { direction } of factors) takeAway(other, direction)
      along[j]?.push(part)
    }
  }
  return factors
}

function longest(vectors: ReadonlyMap<number, ComplexVector>): [index: number, length: number] {
  let best: [number, number] = [-1, -1]
  for (const [j, vector] of vectors) {
    const length = norm(vector)
    if (length > best[1]) best = [j, length]
  }
  return best
}

/** Makes `vector` orthogonal to `direction`; returns what it had along it. */
function takeAway(vector: ComplexVector, direction: ComplexVector): Complex {
  const part = innerProduct(direction, vector)
  addMultiple(vector, { re: -part.re, im: -part.im }, direction)
  return part
}
