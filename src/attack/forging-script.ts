/** Attacks on vectors as one script: all liars say one vector, forged once, from everything that the honest ones said. */
import type { Milliseconds } from '../mesh/clock.ts'
import { covers, formatTag, type TagPattern } from '../mesh/tag.ts'
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

/**
 * The liars need no protocol of their own: what an attack takes for its own vector is the first honest one. Where they have one,
 * what it says under other tags is said, such as that they are ready.
 */
export function forgingScript(options: ForgingOptions): Script {
  const { pattern = { kind: 'value' } } = options
  return async (world) => {
    await Promise.all([forgeAll(world, pattern, options), followElsewhere(world, pattern)])
  }
}

async function followElsewhere(world: AdversaryWorld, pattern: TagPattern): Promise<void> {
  for await (const { tag, follow } of world.intents()) if (!covers(pattern, tag)) await follow()
}

async function forgeAll(world: AdversaryWorld, pattern: TagPattern, options: ForgingOptions): Promise<void> {
  const attacks = new Map<string, VectorAttack>()
  const begun = new Set<string>()
  const lies: Promise<void>[] = []
  for await (const first of world.overhear(pattern)) {
    const name = formatTag(first.tag)
    if (begun.has(name)) continue
    begun.add(name)
    const attack = attacks.get(first.tag.phase) ?? options.forge()
    attacks.set(first.tag.phase, attack)
    lies.push(lie(world, first, attack, options))
  }
  await Promise.all(lies)
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
