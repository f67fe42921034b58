/**
 * Searches for the factor that does most harm. The harm is a black box: one evaluation runs the rule under attack once.
 * Both expand by doubling steps while that is strictly worse, then contract. Rules that cut off what is far have plateaus,
 * where neither moves.
 */

export interface Search {
  /** How often `harm` may be asked. */
  readonly evaluations: number
  /** The first factor, and the first step away from it. */
  readonly start: number
  readonly step: number
}

/** A step that did not lead up is this much shorter the next time. */
const ratio = 0.8

interface Best {
  readonly factor: number
  readonly harm: number
}

/** byzfl's (Allouah et al.): contracts above the best factor found, and never looks below it. */
export function searchAbove(harm: (factor: number) => number, search: Search): number {
  let { best, step, evaluations } = expand(harm, search)
  for (; evaluations > 0; evaluations--) {
    best = better(best, best.factor + step, harm)
    step *= ratio
  }
  return best.factor
}

/** That of the EPFL attack suites: contracts on both sides of the best factor found; what would be negative is halved in. */
export function searchAround(harm: (factor: number) => number, search: Search): number {
  const expansion = expand(harm, search)
  let { best, step, probe } = expansion
  for (let left = expansion.evaluations; left > 0; left--) {
    probe = probe < best.factor ? probe + step : below(probe, step)
    best = better(best, probe, harm)
    step *= ratio
  }
  return best.factor
}

function expand(harm: (factor: number) => number, { start, step: first, evaluations: all }: Search) {
  let best: Best = { factor: start, harm: harm(start) }
  let step = first
  let probe = start
  let evaluations = all - 1
  for (let grows = true; grows && evaluations > 0; evaluations--) {
    probe = best.factor + step
    const next = better(best, probe, harm)
    grows = next !== best
    best = next
    step *= grows ? 2 : ratio
  }
  return { best, step, probe, evaluations }
}

function better(best: Best, factor: number, harm: (factor: number) => number): Best {
  const found = harm(factor)
  return found > best.harm ? { factor, harm: found } : best
}

/** probe - step, or as near to it as halving the way to it from `probe` gets without becoming negative. */
function below(probe: number, step: number): number {
  let lower = probe - step
  while (lower < 0) lower = (lower + probe) / 2
  return lower
}
