/** Whether an attack can do under a protocol what its name says: one that does nothing there would look like one that failed. */
import { seededRandom } from '../util/prng.ts'
import { mean, type Vector } from './attack.ts'
import type { Attack } from './attacks.ts'
import { attackError } from './errors.ts'

/** What an attacker finds under a protocol, in its role. */
export interface Ground {
  /** As reports spell it. */
  readonly protocol: string
  /** To how many members it says, at most, what it says of a step. */
  readonly hearers: number
  /** Whether those who hear it say vectors of the same kind, so that it can be told what each of them has. */
  readonly hearsItsHearers: boolean
  /** Whether it knows honest vectors when it forges its own: not where those travel coded or in shares. */
  readonly knowsHonest: boolean
  /** Steps behind its own for which its mesh remembers what it said, and says nothing else. */
  readonly window: number
}

/** @throws ATTACK_IDLE */
export function requireEffect(attack: Idling, ground: Ground): void {
  const error = idleness(attack, ground)
  if (error !== undefined) throw error
}

/** What `requireEffect` says, where it says something. */
export function whyIdle(attack: Idling, ground: Ground): string | undefined {
  return idleness(attack, ground)?.message
}

type Idling = Pick<Attack, 'text' | 'poison' | 'forge' | 'whyIdle'>

function idleness(attack: Idling, ground: Ground) {
  const reason = attack.whyIdle?.(ground) ?? (ground.knowsHonest ? undefined : whyIdleAlone(attack))
  if (reason === undefined) return undefined
  return attackError({ code: 'ATTACK_IDLE', attack: attack.text, protocol: ground.protocol, reason })
}

/** What it makes of a vector of its own that is all that it knows tells whether it needs others to stand beside. */
function whyIdleAlone({ poison, forge }: Idling): string | undefined {
  if (forge === undefined || poison !== undefined) return undefined
  const random = seededRandom(1, 'idle')
  const own = Float32Array.from({ length: 64 }, () => random.normal())
  const aggregate = (vectors: readonly Vector[]) => mean(vectors)
  const forged = forge()({ honest: [own], colluding: [own], own, liars: 1, rank: 0, aggregate, random })
  return forged.every((x, k) => x === own[k])
    ? 'it follows from how honest vectors differ, and there it knows none but its own; take one that turns its own round, ipm for one'
    : undefined
}
