/**
 * The agreed broadcast under named adversaries, one seed a schedule.
 *
 * Powers of the adversary: it holds the keys of f members, says anything to anyone under their names, at any time, and knows
 * what honest members say; liars pass nothing on. It cannot forge a signature, nor keep back what honest members say for longer
 * than a link takes: 1 to 20 ms. Honest members begin within 20 ms of each other.
 */
import { agreedBroadcast } from '../../../src/agreement/btard/agreed-broadcast.ts'
import { describeBtard } from '../../../src/agreement/btard/describe.ts'
import { doneTag, kingTag, saidTag, viewTag } from '../../../src/agreement/btard/tags.ts'
import { absent, digestOfView, encodeView, type View } from '../../../src/agreement/btard/views.ts'
import type { Mesh, PeerId } from '../../../src/mesh/mesh.ts'
import type { Tag } from '../../../src/mesh/tag.ts'
import { uniform } from '../../../src/sim/latency.ts'
import { memberName, simulate } from '../../../src/sim/world.ts'
import { fromHex, sha256, toHex } from '../../../src/util/digest.ts'
import { permutation, type Random, seededRandom } from '../../../src/util/prng.ts'
import type { Seeded } from '../../sim/seeded.ts'

export interface Size {
  readonly n: number
  readonly f: number
}

export const roundMs = 200
const place = { step: 1, phase: 'reveal' } as const
/** 32 bytes each, as the exchange has them. */
const payloadOf = (i: number) => Uint8Array.from({ length: 32 }, () => i)
const digestOf = (i: number) => toHex(sha256(payloadOf(i)))
/** What liars may say. */
const lies = [100, 200]

/** What one liar does: everything that it says is said by `say`, to one member, some time after the start. */
export interface Script {
  readonly size: Size
  readonly liars: readonly number[]
  /** Its own position. */
  readonly self: number
  readonly random: Random
  say(atMs: number, tag: Tag, payload: Uint8Array, receiver: number): void
}

type Adversary = (script: Script) => void

const receiversOf = ({ size, liars }: Script) =>
  Array.from({ length: size.n }, (_, i) => i).filter((i) => !liars.includes(i))

/** A view that somebody might have: honest payloads as they are, and of each liar a lie or nothing. */
function anyView({ size, liars, random }: Script, lie?: (liar: number) => number | undefined): View {
  return Array.from({ length: size.n }, (_, i) => {
    if (!liars.includes(i)) return digestOf(i)
    const said = lie === undefined ? [undefined, ...lies][random.below(3)] : lie(i)
    return said === undefined ? absent : digestOf(said)
  })
}

/** Says `wordsOf` to everybody: views and proposals of all rounds, and DONE. */
function vote(script: Script, wordsOf: (receiver: number) => View): void {
  const { f } = script.size
  for (const receiver of receiversOf(script)) {
    const after = () => 600 * (1 + f) * script.random.uniform()
    for (let hop = 0; hop <= f + 1; hop++) {
      script.say(after(), viewTag(place, hop), encodeView(wordsOf(receiver)), receiver)
      if (hop > 0) script.say(after(), kingTag(place, hop), encodeView(wordsOf(receiver)), receiver)
    }
    script.say(after(), doneTag(place), fromHex(digestOfView(wordsOf(receiver))), receiver)
  }
}

export const adversaries: Readonly<Record<string, Adversary>> = {
  'is silent': () => {},
  'tells each half something else, and vouches for both': (script) => {
    const half = (receiver: number) => lies[receiver % 2] ?? 0
    for (const receiver of receiversOf(script))
      script.say(0, saidTag(place), payloadOf(half(receiver)), receiver)
    vote(script, (receiver) => anyView(script, () => half(receiver)))
  },
  'tells some of the members at the deadline, and votes both ways': (script) => {
    const { random } = script
    for (const receiver of receiversOf(script))
      if (random.uniform() < 0.5)
        script.say(roundMs - 30 + 40 * random.uniform(), saidTag(place), payloadOf(100), receiver)
    vote(script, (receiver) => anyView(script, () => (receiver % 2 === 0 ? 100 : undefined)))
  },
  'tells all but f the same, and votes at random': (script) => {
    const receivers = receiversOf(script)
    const order = permutation(receivers.length, script.random)
    for (const [i, position] of order.entries())
      script.say(0, saidTag(place), payloadOf(i < script.size.f ? 200 : 100), receivers[position] ?? 0)
    vote(script, () => anyView(script))
  },
  'does anything at any time': (script) => {
    const { random } = script
    for (const receiver of receiversOf(script))
      if (random.uniform() < 0.8)
        script.say(250 * random.uniform(), saidTag(place), payloadOf(lies[random.below(2)] ?? 0), receiver)
    vote(script, () => anyView(script))
  },
}

export interface Ended {
  /** What each honest member ends with, by speaker, as text. */
  readonly said: readonly string[]
  readonly endedAtMs: readonly number[]
  /** Whom any of them found unlike what was agreed. */
  readonly unlike: readonly PeerId[]
  /** The positions of the honest members. */
  readonly honest: readonly number[]
  /** Whether any of them had to hear kings. */
  readonly hadKings: boolean
}

export async function exchangeSchedule(
  { n, f }: Size,
  adversary: string,
  { seed, watch }: Pick<Seeded, 'seed' | 'watch'>,
): Promise<Ended> {
  const members = Array.from({ length: n }, (_, i) => memberName(i))
  const random = seededRandom(seed, 'schedule')
  const liars = [...permutation(n, random).subarray(0, f)]
  const describe = describeBtard({ f, dimension: 1 }, members)
  let hadKings = false
  const world = watch(
    simulate({
      n,
      seed,
      describe: () => describe,
      latency: uniform(1, 20),
      passesOn: (i) => !liars.includes(i),
      onTrace: (line) => {
        if (/\/view\/1 /.test(line) && !liars.some((i) => line.includes(` ${members[i]} `))) hadKings = true
      },
    }),
  )
  for (const mesh of world.meshes) mesh.advance(1)
  for (const self of liars) {
    const mesh = world.meshes[self] as Mesh
    const say: Script['say'] = (atMs, tag, payload, receiver) =>
      void mesh.clock
        .sleep(atMs)
        .then(() => mesh.publish(tag, payload, { to: [members[receiver] as PeerId] }))
    adversaries[adversary]?.({ size: { n, f }, liars, self, random, say })
  }
  const honest = members.flatMap((_, i) => (liars.includes(i) ? [] : [i]))
  const take = async (i: number) => {
    const mesh = world.meshes[i] as Mesh
    await mesh.clock.sleep(20 * random.uniform())
    const closesAtMs = mesh.clock.now() + roundMs
    const never = new AbortController().signal
    const options = { ...place, members, speakers: members, f, closesAtMs, roundMs, signal: never }
    const { said, unlike } = await agreedBroadcast(mesh, payloadOf(i), options)
    const text = members.map((peer) => said.get(peer)?.[0] ?? '-').join(' ')
    return { text, unlike, endedAtMs: mesh.clock.now() }
  }
  const ended = await world.clock.until(Promise.all(honest.map(take)))
  return {
    said: ended.map(({ text }) => text),
    unlike: ended.flatMap(({ unlike }) => unlike),
    endedAtMs: ended.map(({ endedAtMs }) => endedAtMs),
    honest,
    hadKings,
  }
}
