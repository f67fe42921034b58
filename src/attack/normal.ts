/** The standard normal distribution: what ALIE's z is read from. */

/** Phi(x): the probability of at most x. Series of Marsaglia, "Evaluating the normal distribution", 2004; |x| up to 8. */
function cumulative(x: number): number {
  let term = x
  let sum = x
  for (let k = 3; sum + term !== sum; k += 2) {
    term *= (x * x) / k
    sum += term
  }
  return 0.5 + sum * density(x)
}

function density(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)
}

/** Phi^-1(p), 0 < p < 1: Newton's method from 0, from where it approaches without passing by, Phi being concave beyond 0. */
export function normalQuantile(p: number): number {
  if (p < 0.5) return -normalQuantile(1 - p)
  let x = 0
  for (let last = -1; x > last; ) {
    last = x
    x += (p - cumulative(x)) / density(x)
  }
  return x
}
