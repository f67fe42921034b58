/** Liars of the table of attacks, for runProtocol: they collude, and hear what is no secret as it is said. */
import { parseProtocol } from '../../src/agreement/parse-protocol.ts'
import { parseAttack } from '../../src/attack/attacks.ts'
import { lyingLearner } from '../../src/attack/lying-learner.ts'
import { wiretap } from '../../src/sim/wiretap.ts'
import { memberName } from '../../src/sim/world.ts'
import { seededRandom } from '../../src/util/prng.ts'
import { plainAverage } from '../attack/helpers.ts'
import type { Liar } from './protocol-swarm.ts'

export interface AttackersOptions {
  /** What they forge follows from what they have heard after so long. @default 60 */
  readonly rushMs?: number
  /** Under which they lie: where vectors travel coded or in shares, at their learners. @default learn */
  readonly protocol?: string
}

/** Members at `positions` that lie as `attack` has it. */
export function attackers(
  attack: string,
  positions: readonly number[],
  { rushMs = 60, protocol = 'learn' }: AttackersOptions = {},
): Map<number, Liar> {
  const colluders = new Set(positions.map((position) => memberName(position)))
  const { liesAtLearner = false } = parseProtocol(protocol)
  const aggregateOf = () => plainAverage
  const liarAt = (position: number, rank: number): Liar => ({
    mesh: (mesh, { network }) =>
      parseAttack(attack).misbehave(mesh, {
        colluders,
        rushMs,
        aggregateOf,
        ...(liesAtLearner && { isLiedAbout: ({ kind }) => kind !== 'word' }),
        ear: (pattern, options) => wiretap(network, pattern, options),
      }),
    learner: (honest) => {
      const forge = liesAtLearner ? parseAttack(attack).forgeAlone : undefined
      if (forge === undefined) return honest
      const random = seededRandom(position, 'lying learner')
      const knowledge = { liars: positions.length, rank, aggregate: plainAverage, random }
      return lyingLearner(honest, forge(), knowledge)
    },
  })
  return new Map(positions.map((position, rank) => [position, liarAt(position, rank)]))
}
