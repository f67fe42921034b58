/** Attacks on vectors as one script: all liars say one vector, forged once, from everything that the honest ones said. */
import type { Milliseconds } from '../mesh/clock.ts'
import { formatTag, type TagPattern } from '../mesh/tag.ts'
import type { Aggregate, VectorAttack } from './attack.ts'
import { bytesOf } from './misbehave.ts'
import { type AdversaryWorld, type Overheard, overhearAll, type Script } from './script.ts'

export interface ForgingOptions {
  /** What is forged: one attack for each phase, which may learn from exchange to exchange. */
  readonly forge: () => VectorAttack
  /** How long to wait for honest vectors from the first of them on: well below the honest deadline. */
  readonly rushMs: Milliseconds
  readonly aggregateOf: (phase: string) => Aggregate
  /** The tags that are attacked. @default those of values */
  readonly pattern?: TagPattern
}

/** The liars need no protocol of their own: where they have none, `own` is the first honest vector. */
export function forgingScript(options: ForgingOptions): Script {
  const { forge, pattern = { kind: 'value' } } = options
  return async (world) => {
    const attacks = new Map<string, VectorAttack>()
    const begun = new Set<string>()
    const lies: Promise<void>[] = []
    for await (const first of world.overhear(pattern)) {
      const name = formatTag(first.tag)
      if (begun.has(name)) continue
      begun.add(name)
      const attack = attacks.get(first.tag.phase) ?? forge()
      attacks.set(first.tag.phase, attack)
      lies.push(lie(world, first, attack, options))
    }
    await Promise.all(lies)
  }
}

async function lie(world: AdversaryWorld, { tag }: Overheard, attack: VectorAttack, options: ForgingOptions) {
  const said = await overhearAll(world, tag, options.rushMs)
  // The payloads are the script's own copies, so these are views.
  const honest = said.map(({ payload }) => new Float32Array(payload.buffer))
  const [own] = honest
  if (own === undefined) return
  const aggregate = options.aggregateOf(tag.phase)
  const { liars, random } = world
  const forged = bytesOf(
    attack({ honest, own, colluding: [own], liars: liars.length, rank: 0, aggregate, random }),
  )
  for (const liar of liars) await liar.say(tag, forged)
}
