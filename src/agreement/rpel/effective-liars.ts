/**
 * How many liars a peer may meet that pulls from s others drawn uniformly: the exact union bound over all honest peers and all
 * steps. What the authors prove in closed form is far looser, and they choose by simulation.
 */

export interface Pulling {
  /** n: members. */
  readonly n: number
  /** b: how many of them lie. */
  readonly liars: number
  /** s: how many others a peer pulls from in a step; at most n - 1. */
  readonly pulls: number
  /** T: steps for which the bound is to hold together. */
  readonly horizon: number
  /** delta: probability that it does not hold, at most. */
  readonly delta: number
}

/**
 * b_hat: the least k with (n - b) T P(X > k) <= delta, X being the number of liars among s drawn without replacement from the n - 1
 * others, of which b lie. With probability 1 - delta no honest peer meets more in T steps. O(s).
 */
export function effectiveLiars({ n, liars, pulls, horizon, delta }: Pulling): number {
  const mass = hypergeometric(n - 1, Math.min(liars, n - 1), pulls)
  const allowed = delta / ((n - liars) * horizon)
  let above = 0
  let k = mass.length - 1
  while (k > 0 && above + (mass[k] as number) <= allowed) {
    above += mass[k] as number
    k -= 1
  }
  return k
}

/**
 * P(X = k) for k = 0..s, where s of `size` are drawn and `marked` of them are marked. From the likeliest k outwards by ratios of
 * neighbouring terms, so that nothing overflows, and what underflows is nothing.
 */
export function hypergeometric(size: number, marked: number, s: number): Float64Array {
  const mass = new Float64Array(s + 1)
  const [least, most] = [Math.max(0, s - (size - marked)), Math.min(s, marked)]
  const likeliest = Math.min(most, Math.max(least, Math.floor(((s + 1) * (marked + 1)) / (size + 2))))
  /** P(X = k + 1) / P(X = k). */
  const ratio = (k: number) => ((marked - k) * (s - k)) / ((k + 1) * (size - marked - s + k + 1))
  mass[likeliest] = 1
  for (let k = likeliest; k < most; k++) mass[k + 1] = (mass[k] as number) * ratio(k)
  for (let k = likeliest; k > least; k--) mass[k - 1] = (mass[k] as number) / ratio(k - 1)
  const total = mass.reduce((sum, value) => sum + value, 0)
  return mass.map((value) => value / total)
}

/**
 * The least s with 3 b_hat < s + 1: then the models of b_hat silent liars may be missing, and b_hat others among the rest may
 * lie, and trimmed mean still has the 2 b_hat + 1 that it needs. At least ceil(log2 n), so that models spread quickly where few
 * lie. Where no s suffices, all others.
 */
export function pullsFor({ n, ...given }: Omit<Pulling, 'pulls'>): number {
  const most = n - 1
  for (let pulls = Math.min(most, Math.ceil(Math.log2(n))); pulls < most; pulls++)
    if (3 * effectiveLiars({ n, ...given, pulls }) < pulls + 1) return pulls
  return most
}
