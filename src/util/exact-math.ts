/**
 * Logarithm and exponential from additions, multiplications and divisions alone, which IEEE 754 fixes to the last bit.
 * `Math.log` and `Math.exp` are whatever an engine makes of them, and what is drawn for a replay must be the same on all.
 * Both are within a few units in the last place of the true value.
 */

/** The natural logarithm of 2 in two parts: the first has trailing zeros, so that small multiples of it are exact (fdlibm). */
const ln2High = 0.6931471803691238
const ln2Low = 1.9082149292705877e-10

/** The natural logarithm of a positive, finite, normal number. */
export function exactLog(x: number): number {
  // x = m * 2^k with m in [sqrt(1/2), sqrt(2)): halving and doubling are exact.
  let m = x
  let k = 0
  for (; m >= Math.SQRT2; k += 1) m /= 2
  for (; m < Math.SQRT1_2; k -= 1) m *= 2
  // log m = 2 artanh(s), s = (m - 1) / (m + 1), |s| < 0.172: 12 terms leave less than 2^-56.
  const s = (m - 1) / (m + 1)
  const square = s * s
  let series = 0
  for (let i = 23; i >= 3; i -= 2) series = square * (1 / i + series)
  return k * ln2High + (2 * s + (2 * s * series + k * ln2Low))
}

/** e^x for |x| <= 700. */
export function exactExp(x: number): number {
  const k = Math.round(x / (ln2High + ln2Low))
  const r = x - k * ln2High - k * ln2Low
  // Taylor with |r| < 0.347: 14 terms leave less than 2^-60.
  let series = 1
  for (let i = 14; i >= 1; i--) series = 1 + (r * series) / i
  let scaled = series
  for (let i = 0; i < k; i++) scaled *= 2
  for (let i = 0; i > k; i--) scaled /= 2
  return scaled
}
