/**
 * What the products of centred rows say, from pairwise distances alone (classical scaling: Torgerson 1952): covariances of
 * n rows of any length are n x n matrices here.
 */

/** A symmetric matrix [n * n], row by row. */
export interface Matrix {
  readonly n: number
  readonly values: Float64Array
}

/**
 * (x_i - mu).(x_j - mu) for all pairs, mu the mean of the rows with these weights, which sum to more than 0: from the
 * squared distances D, -(D_ij - m_i - m_j + m) / 2, m_i the weighted mean of row i of D and m that of the m_i.
 */
export function centeredGram(distances: Matrix, weights: Float64Array): Matrix {
  const { n, values } = distances
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const means = Float64Array.from(weights, (_, i) => {
    let sum = 0
    for (let j = 0; j < n; j++) sum += (weights[j] as number) * (values[i * n + j] as number)
    return sum / total
  })
  const mean = means.reduce((sum, value, i) => sum + (weights[i] as number) * value, 0) / total
  const centered = values.map((distance, at) => {
    const [i, j] = [Math.floor(at / n), at % n]
    return -(distance - (means[i] as number) - (means[j] as number) + mean) / 2
  })
  return { n, values: centered }
}

/** The rows and columns at `positions`. */
export function submatrix({ n, values }: Matrix, positions: readonly number[]): Matrix {
  const size = positions.length
  const part = new Float64Array(size * size)
  for (let a = 0; a < size; a++) {
    const row = (positions[a] as number) * n
    for (let b = 0; b < size; b++) part[a * size + b] = values[row + (positions[b] as number)] as number
  }
  return { n: size, values: part }
}

/** M v. */
export function times({ n, values }: Matrix, vector: Float64Array): Float64Array {
  const product = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    let sum = 0
    for (let j = 0; j < n; j++) sum += (values[i * n + j] as number) * (vector[j] as number)
    product[i] = sum
  }
  return product
}

/** u.v */
export function dot(u: Float64Array, v: Float64Array): number {
  let sum = 0
  for (let i = 0; i < u.length; i++) sum += (u[i] as number) * (v[i] as number)
  return sum
}
