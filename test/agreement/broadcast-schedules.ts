/**
 * Reliable broadcast and the witness exchange under named adversaries, one seed a schedule: for the tests, which run some
 * hundreds, and for `scripts/agreement.ts`, which runs as many as it is told.
 *
 * Powers of the adversary: it holds the keys of f members, says anything to anyone under their names, at any time, and knows
 * every honest vector. Under odd seeds links take from 1 to 1,000 ms, under even ones the next message to arrive is any of those
 * on their way; liars pass nothing on. It cannot forge a signature, touch an honest member, or keep back for ever what honest
 * members say.
 */
import { describeLearn } from '../../src/agreement/describe.ts'
import { digestOf, reliableBroadcast } from '../../src/agreement/reliable-broadcast.ts'
import { encodeReport, witnessedExchange } from '../../src/agreement/witness.ts'
import { f32 } from '../../src/mesh/codec.ts'
import type { Mesh, PeerId } from '../../src/mesh/mesh.ts'
import type { Tag } from '../../src/mesh/tag.ts'
import type { Latency } from '../../src/sim/latency.ts'
import { memberName, type SimOptions, type SimWorld, simulate } from '../../src/sim/world.ts'
import { isCoded } from '../../src/util/coded-error.ts'
import { fromHex } from '../../src/util/digest.ts'
import { type Random, seededRandom } from '../../src/util/prng.ts'
import { unwatched } from '../sim/seeded.ts'

export interface Size {
  readonly n: number
  readonly f: number
}

const codec = f32(1)
export const tag: Tag = { step: 1, phase: 'model', kind: 'value', hop: 0 }

/** From 1 to 1,000 ms: some links are so much slower than others that whole rounds pass in between. */
const anyLatency: Latency = (random) => 10 ** Math.floor(3 * random.uniform()) * (1 + 9 * random.uniform())

function delivery(seed: number): Pick<SimOptions, 'latency' | 'asynchronous'> {
  if (seed % 2 === 1) return { latency: anyLatency }
  const random = seededRandom(seed, 'order')
  return { asynchronous: { schedule: (pending) => random.below(pending.length) } }
}

/** What a liar says to one receiver, by kind and origin; `undefined` for nothing. */
interface Lies {
  value(receiver: number): number | undefined
  echo(receiver: number, origin: number): number | undefined
  ready(receiver: number, origin: number): number | undefined
  /** The members that it reports; those whose positions are in the list. */
  report(receiver: number): readonly number[]
}

type Adversary = (size: Size, self: number, random: Random) => Lies

/** Honest member i says i; the values that a liar may say are 100 and 200. */
const [one, other] = [100, 200]
const pick = (random: Random) => [undefined, one, other][random.below(3)]
const everyone = ({ n }: Size) => Array.from({ length: n }, (_, i) => i)

export const adversaries: Readonly<Record<string, Adversary>> = {
  'tells each half something else and vouches for both': (size) => {
    const half = (receiver: number) => (receiver % 2 === 0 ? one : other)
    return { value: half, echo: half, ready: half, report: () => everyone(size) }
  },
  'tells one member alone, and everybody that it is ready': (size) => ({
    value: (receiver) => (receiver === size.f ? one : undefined),
    echo: () => one,
    ready: () => one,
    report: () => everyone(size),
  }),
  'says one thing and vouches for another': (size) => ({
    value: () => one,
    echo: () => other,
    ready: () => other,
    report: (receiver) => everyone(size).slice(receiver % 2),
  }),
  'is silent': () => ({
    value: () => undefined,
    echo: () => undefined,
    ready: () => undefined,
    report: () => [],
  }),
  'does anything': (size, _, random) => ({
    value: () => pick(random),
    echo: () => pick(random),
    ready: () => pick(random),
    report: () => everyone(size).filter(() => random.uniform() < 0.8),
  }),
}

interface Schedule {
  readonly world: SimWorld
  /** The first f members lie. */
  readonly honest: readonly Mesh[]
}

function begin({ n, f }: Size, adversary: Adversary, seed: number, watch: typeof unwatched): Schedule {
  const origins = everyone({ n, f }).map(memberName)
  const describe = describeLearn(1, origins)
  const passesOn = (member: number) => member >= f
  const world = watch(simulate({ n, seed, describe: () => describe, passesOn, ...delivery(seed) }))
  const random = seededRandom(seed, 'adversary')
  for (const mesh of world.meshes) mesh.advance(1)
  for (const [i, liar] of world.meshes.slice(0, f).entries())
    lie(liar, adversary({ n, f }, i, random), { n, f }, random)
  return { world, honest: world.meshes.slice(f) }
}

/** Says everything there is to lie about, each at its own time. */
function lie(mesh: Mesh, lies: Lies, size: Size, random: Random): void {
  const origins = mesh.members.map(({ peer }) => peer)
  const say = (said: Tag, payload: Uint8Array, to: PeerId) =>
    void mesh.clock.sleep(300 * random.uniform()).then(() => mesh.publish(said, payload, { to: [to] }))
  for (const [receiver, to] of origins.entries()) {
    if (receiver < size.f) continue
    const value = lies.value(receiver)
    if (value !== undefined) say(tag, codec.encode(Float32Array.of(value)), to)
    for (const kind of ['echo', 'ready'] as const)
      for (const [position, origin] of origins.entries()) {
        const claimed = lies[kind](receiver, position)
        if (claimed === undefined) continue
        const digest = digestOf(tag, origin, codec.encode(Float32Array.of(claimed)))
        say({ ...tag, kind, origin }, fromHex(digest), to)
      }
    const named = new Set(lies.report(receiver).map((position) => origins[position] as PeerId))
    say({ ...tag, kind: 'report' }, encodeReport(named, origins), to)
  }
}

/** Lets time pass until nothing is left to happen. */
async function settle({ clock }: SimWorld): Promise<void> {
  await clock.until(new Promise<never>(() => {})).catch((error: unknown) => {
    if (!isCoded(error, 'SIM_STALLED')) throw error
  })
}

/** What each honest member delivered of each origin in the end: [honest][n], undefined for nothing. */
export async function broadcastSchedule(
  size: Size,
  adversary: string,
  seed: number,
  watch = unwatched,
): Promise<(number | undefined)[][]> {
  const { world, honest } = begin(size, adversaryOf(adversary), seed, watch)
  // What a schedule leaves waiting ends with it, or the next ones would carry it along.
  const over = new AbortController()
  const { signal } = over
  const delivered = honest.map((mesh, i) => {
    const values = new Map<PeerId, number[]>()
    const onDelivered = ({ origin, value }: { origin: PeerId; value: Float32Array }) =>
      void values.set(origin, [...(values.get(origin) ?? []), value[0] as number])
    void reliableBroadcast(mesh, tag, Float32Array.of(i), { codec, f: size.f, onDelivered, signal })
    return values
  })
  await settle(world)
  over.abort()
  return delivered.map((values) =>
    world.meshes.map(({ self }) => {
      const all = values.get(self) ?? []
      if (all.length > 1) throw new Error(`${self} was delivered ${all.length} times`)
      return all[0]
    }),
  )
}

/** What each honest member ends the witness exchange with; an error where one never ends. */
export async function witnessSchedule(
  size: Size,
  adversary: string,
  seed: number,
  watch = unwatched,
): Promise<ReadonlyMap<PeerId, number>[]> {
  const { world, honest } = begin(size, adversaryOf(adversary), seed, watch)
  const over = new AbortController()
  const { signal } = over
  const runs = honest.map((mesh, i) =>
    witnessedExchange(mesh, tag, Float32Array.of(i), { codec, f: size.f, helping: signal, signal }),
  )
  const gathered = await world.clock.until(Promise.all(runs))
  over.abort()
  return gathered.map(({ heard }) => new Map(heard.map(({ peer, value }) => [peer, value[0] as number])))
}

function adversaryOf(name: string): Adversary {
  const adversary = adversaries[name]
  if (adversary === undefined) throw new RangeError(`there is no adversary that ${name}`)
  return adversary
}

/** Why what honest members delivered is wrong, or undefined: agreement, totality, validity. */
export function broadcastFault(delivered: readonly (readonly (number | undefined)[])[], { n, f }: Size) {
  for (let origin = 0; origin < n; origin++) {
    const values = new Set(delivered.map((row) => row[origin]))
    if (values.size > 1) return `of member ${origin} were delivered ${[...values].join(' and ')}`
    if (origin >= f && !values.has(origin - f)) return `honest member ${origin} was not delivered`
  }
  return undefined
}

/** Least number of origins of which two honest members have the same value. */
export function leastCommon(gathered: readonly ReadonlyMap<PeerId, number>[]): number {
  const common = gathered.flatMap((a, i) =>
    gathered.slice(i + 1).map((b) => [...a].filter(([peer, value]) => b.get(peer) === value).length),
  )
  return Math.min(...common)
}

/** Whether two honest members have different values of one origin. */
export function contradict(gathered: readonly ReadonlyMap<PeerId, number>[]): boolean {
  return gathered.some((a) =>
    gathered.some((b) => [...a].some(([peer, value]) => b.has(peer) && b.get(peer) !== value)),
  )
}
