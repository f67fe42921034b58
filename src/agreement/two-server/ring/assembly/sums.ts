/** Sums and products in Z_2^64. Rows are `stride` bytes apart; of each, `bytes` are read. */

export function add(a: usize, b: usize, bytes: usize, out: usize): void {
  for (let k: usize = 0; k < bytes; k += 8) store<u64>(out + k, load<u64>(a + k) + load<u64>(b + k))
}

export function subtract(a: usize, b: usize, bytes: usize, out: usize): void {
  for (let k: usize = 0; k < bytes; k += 8) store<u64>(out + k, load<u64>(a + k) - load<u64>(b + k))
}

export function multiply(a: usize, b: usize, bytes: usize, out: usize): void {
  for (let k: usize = 0; k < bytes; k += 8) store<u64>(out + k, load<u64>(a + k) * load<u64>(b + k))
}

/** Adds a_i.b_j to sums[i * columns + j]. Two rows with two at a time: four loads for four products. */
export function addProducts(
  a: usize, rows: i32, b: usize, columns: i32, bytes: usize, stride: usize, sums: usize,
): void {
  for (let i: i32 = 0; i < rows; i += 2) {
    const one = a + stride * i
    // The last of an odd number is taken twice, and counted once.
    const two = i + 1 < rows ? one + stride : one
    for (let j: i32 = 0; j < columns; j += 2) {
      const left = b + stride * j
      const right = j + 1 < columns ? left + stride : left
      let p: u64 = 0, q: u64 = 0, r: u64 = 0, s: u64 = 0
      for (let k: usize = 0; k < bytes; k += 8) {
        const x = load<u64>(one + k)
        const y = load<u64>(two + k)
        const z = load<u64>(left + k)
        const w = load<u64>(right + k)
        p += x * z
        q += x * w
        r += y * z
        s += y * w
      }
      const at = sums + 8 * (columns * i + j)
      addTo(at, p)
      if (right != left) addTo(at + 8, q)
      if (two != one) addTo(at + 8 * columns, r)
      if (two != one && right != left) addTo(at + 8 * columns + 8, s)
    }
  }
}

/** out = sum w_i x_i, coordinate by coordinate. */
export function addWeighted(weights: usize, rows: usize, count: i32, bytes: usize, stride: usize, out: usize): void {
  for (let i: i32 = 0; i < count; i++) {
    const weight = load<u64>(weights + 8 * i)
    const row = rows + stride * i
    for (let k: usize = 0; k < bytes; k += 8) addTo(out + k, weight * load<u64>(row + k))
  }
}

// @ts-expect-error: decorator
@inline
function addTo(address: usize, value: u64): void {
  store<u64>(address, load<u64>(address) + value)
}
