/**
 * How far ALIE may go: the z at which as many honest vectors lie beyond the attackers' as they need, with their own f, for
 * a majority (Baruch, Baruch, Goldberg, NeurIPS 2019, section 3). s = floor(n/2 + 1) - f honest supporters are needed, so
 * z is the quantile of the share of those that are not. Two readings of "share" are in use:
 *
 * - `honest`: (n - f - s) / (n - f), among the honest ones (epfml, Blades);
 * - `all`: (n - s) / n, among all (Garfield, whose constant 1.035 is that of n = 20, f = 8, where `honest` gives 0.674).
 *
 * Neither is clamped, as neither is where it is used: with few attackers `honest` is zero or below (n = 10, f = 1: -0.14),
 * which moves a little to the other side and harms little. Clamping would make it say the mean, which harms as little and
 * is a third answer; to harm with few attackers give a fixed number.
 */
import { normalQuantile } from './normal.ts'

export type Share = 'honest' | 'all'

/**
 * z for n vectors, f of them by attackers, 1 <= f < n. Attackers who are a majority need no supporter; they are taken to
 * need one, and where there is one honest vector alone half of it: else z would be infinite.
 */
export function alieZ(n: number, f: number, share: Share): number {
  const supporters = Math.max(1, Math.floor(n / 2 + 1) - f)
  const population = share === 'honest' ? n - f : n
  return normalQuantile(Math.max(0.5, population - supporters) / population)
}
