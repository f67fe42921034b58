/** LiuBei's models filter: how far a server's model may be from where a worker's own gradient leads. */

export interface ModelsFilterOptions {
  readonly n: number
  readonly f: number
  /** T: steps from one gather to the next. */
  readonly gather: number
}

/**
 * What the distance must stay below, in lengths of the step that the worker's own gradient made after the last gather:
 * (3T+2)(n-f)/(4f) + 2((t-1) mod T). No bound where nobody lies.
 *
 * @param step t, of the model that is left
 */
export function modelsBound(step: number, { n, f, gather }: ModelsFilterOptions): number {
  if (f === 0) return Number.POSITIVE_INFINITY
  return ((3 * gather + 2) * (n - f)) / (4 * f) + 2 * ((step - 1) % gather)
}
