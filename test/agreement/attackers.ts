/** Liars of the table of attacks, for runProtocol: they collude, and hear what is no secret as it is said. */
import { parseAttack } from '../../src/attack/attacks.ts'
import { wiretap } from '../../src/sim/wiretap.ts'
import { memberName } from '../../src/sim/world.ts'
import { plainAverage } from '../attack/helpers.ts'
import type { Liar } from './protocol-swarm.ts'

/** Members at `positions` that lie as `attack` has it, forging from what they have heard after `rushMs`. */
export function attackers(attack: string, positions: readonly number[], rushMs = 60): Map<number, Liar> {
  const colluders = new Set(positions.map((position) => memberName(position)))
  const liar: Liar = {
    mesh: (mesh, { network }) =>
      parseAttack(attack).misbehave(mesh, {
        colluders,
        rushMs,
        aggregateOf: () => plainAverage,
        ear: (pattern, options) => wiretap(network, pattern, options),
      }),
  }
  return new Map(positions.map((position) => [position, liar]))
}
