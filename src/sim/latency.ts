/**
 * How long a message is on its way. A latency draws from the message's own chance (chance.ts), so what one message takes
 * changes nothing for any other. Only `exactLog` and `exactExp`, never `Math.log`: the same seed, the same times on every engine.
 */
import type { Milliseconds } from '../mesh/clock.ts'
import { exactExp, exactLog } from '../util/exact-math.ts'
import type { Random } from '../util/prng.ts'

/** Delay of a message on its way, drawn anew for each; never negative. */
export type Latency = (random: Pick<Random, 'uniform'>) => Milliseconds

export function constant(ms: Milliseconds): Latency {
  return () => ms
}

export function uniform(fromMs: Milliseconds, toMs: Milliseconds): Latency {
  return (random) => fromMs + (toMs - fromMs) * random.uniform()
}

/** `atLeastMs`, and on top of it an exponential time of the given mean. */
export function exponential(meanMs: Milliseconds, atLeastMs: Milliseconds = 0): Latency {
  return (random) => atLeastMs - meanMs * exactLog(1 - random.uniform())
}

/** Half of the messages take less than `medianMs`; the logarithm is normal with standard deviation `sigma`. */
export function logNormal(medianMs: Milliseconds, sigma: number): Latency {
  return (random) => medianMs * exactExp(sigma * standardNormal(random))
}

/** Marsaglia's polar method. */
function standardNormal(random: Pick<Random, 'uniform'>): number {
  for (;;) {
    const u = 2 * random.uniform() - 1
    const v = 2 * random.uniform() - 1
    const s = u * u + v * v
    if (s > 0 && s < 1) return u * Math.sqrt((-2 * exactLog(s)) / s)
  }
}
