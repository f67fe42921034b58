/** Searches for the value of one positive parameter that does most harm, and for the least value that does enough. */

export type Harm = (value: number) => Promise<number>

export interface Worst {
  readonly value: number
  readonly harm: number
}

export interface Bounds {
  readonly from: number
  readonly to: number
}

/** Values are powers of ten times this often as many points: 0.01, 0.1, 1, ... before the search narrows. */
const pointsEachDecade = 1

/** Golden sections around the best of the coarse points; each narrows by 0.62. */
const sections = 7

/** Bisections of the way, in logarithms, from what does no harm to what does. */
const bisections = 8

const golden = (Math.sqrt(5) - 1) / 2

/**
 * The worst value between the bounds, in logarithms, to three digits. First coarse points, because harm has plateaus and may
 * have several hills: small lies slip in where large ones are cut off. Then golden section between the neighbours of the best.
 */
export async function worstValue(harm: Harm, { from, to }: Bounds): Promise<Worst> {
  const exponents = coarseExponents({ from, to })
  const [low = 0, high = 0, count] = [exponents[0], exponents.at(-1), exponents.length - 1]
  const tried: Worst[] = []
  const at = async (exponent: number) => {
    const value = rounded(10 ** exponent)
    const known = tried.find((one) => one.value === value)
    const result = known ?? { value, harm: await harm(value) }
    if (known === undefined) tried.push(result)
    return result.harm
  }
  for (const exponent of exponents) await at(exponent)
  const best = exponents.findIndex((exponent) => rounded(10 ** exponent) === worstOf(tried).value)
  let [left, right] = [exponents[Math.max(0, best - 1)] ?? low, exponents[Math.min(count, best + 1)] ?? high]
  for (let i = 0; i < sections; i++) {
    const [a, b] = [right - golden * (right - left), left + golden * (right - left)]
    if ((await at(a)) >= (await at(b))) right = b
    else left = a
  }
  return worstOf(tried)
}

/** The greatest harm at the coarse points alone. */
export async function coarseHarm(harm: Harm, bounds: Bounds): Promise<number> {
  let worst = Number.NEGATIVE_INFINITY
  for (const exponent of coarseExponents(bounds)) worst = Math.max(worst, await harm(rounded(10 ** exponent)))
  return worst
}

function coarseExponents({ from, to }: Bounds): number[] {
  const [low, high] = [Math.log10(from), Math.log10(to)]
  const count = Math.max(1, Math.round((high - low) * pointsEachDecade))
  return Array.from({ length: count + 1 }, (_, i) => low + ((high - low) * i) / count)
}

/**
 * The least value, to three digits, that does at least `enough` harm, between `from`, which does less, and `to`, which does
 * as much. Where harm rises and falls in between, it is one of several places where it passes `enough`.
 */
export async function breakingValue(harm: Harm, { from, to }: Bounds, enough: number): Promise<number> {
  let [mild, strong] = [Math.log10(from), Math.log10(to)]
  for (let i = 0; i < bisections; i++) {
    const middle = (mild + strong) / 2
    if ((await harm(rounded(10 ** middle))) >= enough) strong = middle
    else mild = middle
  }
  return rounded(10 ** strong)
}

/** What a person writes: the result can be given again as it was printed. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3))
}

/** Of equal harms the one that was tried first. */
function worstOf(tried: readonly Worst[]): Worst {
  return tried.reduce((worst, one) => (one.harm > worst.harm ? one : worst))
}
