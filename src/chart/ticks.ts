/** Round numbers along an axis. */

/** What is closer to 0 is 0 in a picture: powers of ten end at 1e-308, and ticks need some below the data. */
export const leastDrawable = 1e-100

/**
 * Multiples of 1, 2 or 5 times a power of ten, in order, of which the first is at most `min` and the last at least `max`.
 * At least 3, at most `most`, which is 5 or more: steps grow by a factor of 2.5 at the most, so where the next finer one
 * needs six ticks or more, this one needs three.
 */
export function linearTicks(min: number, max: number, most = 7): number[] {
  const [low, high] = apart(min, max)
  const finest = Math.floor(Math.log10((high - low) / most)) - 1
  for (let power = finest; ; power++)
    for (const mantissa of [1, 2, 5]) {
      const multiple = (count: number) =>
        power < 0 ? (count * mantissa) / 10 ** -power : count * mantissa * 10 ** power
      const first = Math.floor(low / multiple(1) + 1e-9)
      const last = Math.ceil(high / multiple(1) - 1e-9)
      if (last - first < most)
        return Array.from({ length: last - first + 1 }, (_, i) => multiple(first + i) + 0)
    }
}

/**
 * Powers of ten, or 1, 2 and 5 times them where the range is short, in order, of which the first is at most `min` and the
 * last at least `max`; both positive. 3 to 8 ticks.
 */
export function logTicks(min: number, max: number): number[] {
  let first = Math.floor(rung(min) + 1e-9)
  let last = Math.ceil(rung(max) - 1e-9)
  if (last - first < 2) last++
  if (last - first < 2) first--
  if (last - first < 8) return Array.from({ length: last - first + 1 }, (_, i) => atRung(first + i))
  const [low, high] = [Math.floor(first / 3), Math.ceil(last / 3)]
  const stride = Math.ceil((high - low) / 7)
  return Array.from({ length: Math.ceil((high - low) / stride) + 1 }, (_, i) => tenTo(low + i * stride))
}

/** The last of ... 1, 2, 5, 10, 20 ... that is at most `min`, and the first that is at least `max`; both positive. */
export function rungsAround(min: number, max: number): readonly [number, number] {
  return [atRung(Math.floor(rung(min) + 1e-9)), atRung(Math.ceil(rung(max) - 1e-9))]
}

/** Where `value` stands on the ladder ... 1, 2, 5, 10, 20 ...: whole on its rungs, 0 at 1, 3 at 10. */
function rung(value: number): number {
  const power = Math.floor(Math.log10(value) + 1e-12)
  const mantissa = value / tenTo(power)
  if (mantissa <= 2) return 3 * power + Math.log(mantissa) / Math.log(2)
  if (mantissa <= 5) return 3 * power + 1 + Math.log(mantissa / 2) / Math.log(2.5)
  return 3 * power + 2 + Math.log(mantissa / 5) / Math.log(2)
}

function atRung(index: number): number {
  const power = Math.floor(index / 3)
  const mantissa = [1, 2, 5][index - 3 * power] ?? 1
  return power < 0 ? mantissa / 10 ** -power : mantissa * 10 ** power
}

function tenTo(power: number): number {
  return power < 0 ? 1 / 10 ** -power : 10 ** power
}

/** A range that has a length: one that has none, or next to none, is widened. */
function apart(min: number, max: number): readonly [number, number] {
  const size = Math.max(Math.abs(min), Math.abs(max))
  if (max - min > Math.max(size * 1e-9, leastDrawable)) return [min, max]
  const pad = size <= leastDrawable ? 1 : size * 0.1
  return [min - pad, max + pad]
}
