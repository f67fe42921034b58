import type { Circumstances, Finish, Rule } from './gar.ts'

/** A rule that needs to know nothing of the vectors as wholes. */
export function coordinateWise(decide: (circumstances: Circumstances) => Finish): Rule {
  // biome-ignore lint/correctness/useYield: it asks for no sums
  return function* (circumstances) {
    return decide(circumstances)
  }
}
