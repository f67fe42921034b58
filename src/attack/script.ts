/**
 * Adversaries as scripts: `(world) => ...`, one async function that moves all the liars it is given. It runs over raw meshes,
 * so the same script moves twenty liars in the simulator and one daemon that lies.
 *
 * It can: see what every honest member says to all (in the simulator as soon as it is said, at a real peer as soon as it
 * arrives); collude, for it moves all its liars and they know each other; say different things to different members, or
 * nothing to some; say them late; say again what anybody said, as its own; speak of steps long past or far ahead; flood; say
 * bytes that no codec takes; follow the protocol until a step of its choice, or at some steps by some liars; be away, and
 * join late.
 *
 * It cannot: speak in another's name, change or hold up what honest members say to each other, read what they say in private,
 * make time stand still, or touch them in any other way. It holds no mesh, no network and no signal of theirs, only handles of
 * its liars, a clock that goes on, and copies of what it heard; and of what it says and offers the others get copies.
 */
import type { Clock } from '../mesh/clock.ts'
import type { Mesh, PeerId } from '../mesh/mesh.ts'
import type { Offer } from '../mesh/outbox.ts'
import type { Tag, TagPattern } from '../mesh/tag.ts'
import { wrappedMesh } from '../mesh/wrapped-mesh.ts'
import { Channel, untilAborted } from '../util/channel.ts'
import { once } from '../util/once.ts'
import type { Random } from '../util/prng.ts'

/** Ends when it has nothing more to do, at the latest when `world.signal` aborts. */
export type Script = (world: AdversaryWorld) => Promise<void>

export interface AdversaryWorld {
  /** The liars that this script moves: all of them in the simulator, itself at a real peer. */
  readonly liars: readonly Liar[]
  /** Members outside the conspiracy, in the order of the members. */
  readonly honest: readonly PeerId[]
  readonly clock: ScriptClock
  readonly random: Random
  readonly signal: AbortSignal
  /** What the liars' own protocol code would say, as it comes. It has been said to themselves; what the others hear is up to
   *  the script. Read it in one loop. */
  intents(): AsyncIterable<Intent>
  /** What honest members say to all under the tags that `pattern` covers, what was said before the call included. */
  overhear(pattern: TagPattern): AsyncIterable<Overheard>
}

/** A clock without `hold`. Whoever sleeps, sleeps for a millisecond at least, or else it could wake at one instant for ever. */
export type ScriptClock = Pick<Clock, 'now' | 'sleep'>

export interface Liar {
  readonly self: PeerId
  /** Says something in its own name, to all others or to some: once per tag and recipient (MESH_ALREADY_SAID). */
  say(tag: Tag, payload: Uint8Array, options?: { readonly to?: readonly PeerId[] }): Promise<void>
  /** Answers those who ask, each as it likes, or not at all. */
  offer(tag: Tag, payload: Offer): void
  /** From now on it is not there: nothing that is said for it is heard. */
  leave(): void
  join(): void
}

/** What a liar's protocol code would say. Nobody but itself has heard it. */
export interface Intent {
  readonly liar: Liar
  readonly tag: Tag
  /** The script's own copy. */
  readonly payload: Uint8Array
  /** Of what is said to some: whom. */
  readonly to?: readonly PeerId[]
  /** `said`: to all or to some. `kept`: for those who ask, `payload` being the answer to the first of those who get one. */
  readonly means: 'said' | 'kept'
  /** Follows the protocol: says it or keeps it, as the liar's code would have. */
  follow(): Promise<void>
}

/** What an honest member said. Tag and payload are the script's own copies. */
export interface Overheard {
  readonly from: PeerId
  readonly tag: Tag
  readonly payload: Uint8Array
}

export interface Stage {
  /** Everybody in the conspiracy, whether or not this script moves it. */
  readonly colluders: ReadonlySet<PeerId>
  readonly signal: AbortSignal
  /** A better ear than the first liar's own: the simulator's, which hears everything as it is said. */
  readonly overhear?: AdversaryWorld['overhear']
  /** Takes a liar off the network and brings it back, where that is possible. */
  readonly setPresent?: (liar: PeerId, isPresent: boolean) => void
}

export interface Played {
  /** For each of the given meshes, what the liar's protocol code sees. */
  readonly meshes: readonly Mesh[]
  /** Rejects where the script fails. */
  readonly done: Promise<void>
}

/** Lets `script` move the peers of `meshes`, at least one of them. */
export function play(script: Script, meshes: readonly [Mesh, ...Mesh[]], stage: Stage): Played {
  const { colluders, signal } = stage
  const [first] = meshes
  const intents = new Channel<Intent>()
  const acts = meshes.map((mesh) => act(mesh, intents, stage))
  const overhear = stage.overhear ?? ((pattern: TagPattern) => first.listen(pattern, { signal }))
  const world: AdversaryWorld = {
    liars: acts.map(({ liar }) => liar),
    honest: first.members.map(({ peer }) => peer).filter((peer) => !colluders.has(peer)),
    clock: clockOf(first.clock),
    random: first.random,
    // What a script does to it, such as to dispatch an event, others do not see.
    signal: AbortSignal.any([signal]),
    intents: () => untilAborted(intents, signal, () => {}),
    overhear: (pattern) => honestly(overhear(pattern), colluders),
  }
  return { meshes: acts.map(({ mesh }) => mesh), done: script(world) }
}

/** Where a liar stands: on the network or off it, with protocol code that tells its mesh of steps or without. */
interface Standing {
  isPresent: boolean
  hasProtocol: boolean
}

function act(mesh: Mesh, intents: Channel<Intent>, { setPresent }: Stage): { liar: Liar; mesh: Mesh } {
  const standing: Standing = { isPresent: true, hasProtocol: false }
  const turn = (present: boolean) => {
    standing.isPresent = present
    setPresent?.(mesh.self, present)
  }
  const liar = liarOn(mesh, standing, turn)
  return { liar, mesh: intending(mesh, liar, standing, intents) }
}

function liarOn(mesh: Mesh, standing: Standing, turn: (present: boolean) => void): Liar {
  const others = othersOn(mesh)
  return {
    self: mesh.self,
    say: async (tag, payload, { to = others } = {}) => {
      if (!standing.hasProtocol) mesh.advance(tag.step)
      if (standing.isPresent)
        await mesh.publish(tag, payload, { to: to.filter((peer) => peer !== mesh.self) })
    },
    offer: (tag, payload) =>
      mesh.offer(tag, (asker) => {
        const answer = standing.isPresent ? answerTo(asker, payload) : undefined
        return answer && new Uint8Array(answer)
      }),
    leave: () => turn(false),
    join: () => turn(true),
  }
}

/** The mesh as the liar's protocol code sees it: what that says to others becomes an intent. */
function intending(mesh: Mesh, liar: Liar, standing: Standing, intents: Channel<Intent>): Mesh {
  const { self } = mesh
  const others = othersOn(mesh)
  const intend = (intent: Pick<Intent, 'tag' | 'to' | 'means' | 'follow'>, original: Uint8Array) => {
    const copy = once(() => original.slice())
    intents.push({
      ...intent,
      liar,
      tag: { ...intent.tag },
      get payload() {
        return copy()
      },
    })
  }
  return wrappedMesh(mesh, {
    async publish(tag, payload, options = {}) {
      const { to } = options
      if (to === undefined || to.includes(self)) await mesh.publish(tag, payload, { to: [self] })
      // The protocol above may write to its vector again.
      const original = payload.slice()
      const audience = others.filter((peer) => to?.includes(peer) ?? true)
      const follow = async () => {
        if (standing.isPresent) await mesh.publish(tag, original, { ...options, to: audience })
      }
      intend({ tag, means: 'said', follow, ...(to === undefined ? {} : { to }) }, original)
    },
    offer(tag, payload) {
      const kept = typeof payload === 'function' ? payload : payload.slice()
      mesh.offer(tag, (asker) => (asker === self ? answerTo(self, kept) : undefined))
      const follow = async () =>
        mesh.offer(tag, (asker) => (asker === self || standing.isPresent ? answerTo(asker, kept) : undefined))
      const [answer] = [self, ...others].flatMap((asker) => answerTo(asker, kept) ?? [])
      intend({ tag, means: 'kept', follow }, answer ?? new Uint8Array())
    },
    advance(step) {
      standing.hasProtocol = true
      mesh.advance(step)
    },
  })
}

function othersOn({ self, members }: Mesh): PeerId[] {
  return members.map(({ peer }) => peer).filter((peer) => peer !== self)
}

function answerTo(asker: PeerId, offer: Offer): Uint8Array | undefined {
  return typeof offer === 'function' ? offer(asker) : offer
}

const leastSleepMs = 1

function clockOf(clock: Clock): ScriptClock {
  return {
    now: () => clock.now(),
    sleep: (ms, options) => clock.sleep(ms >= leastSleepMs ? ms : leastSleepMs, options),
  }
}

async function* honestly(
  heard: AsyncIterable<Overheard>,
  colluders: ReadonlySet<PeerId>,
): AsyncGenerator<Overheard, void> {
  for await (const { from, tag, payload } of heard) {
    if (colluders.has(from)) continue
    const copy = once(() => new Uint8Array(payload))
    yield {
      from,
      tag: { ...tag },
      get payload() {
        return copy()
      },
    }
  }
}

/** What the honest members say under `tag`: all of it, or what is known after `rushMs`; sorted by peer id. */
export async function overhearAll(
  world: AdversaryWorld,
  tag: Tag,
  rushMs: number,
): Promise<readonly Overheard[]> {
  const said = new Map<PeerId, Overheard>()
  const rush = new AbortController()
  const patience = world.clock.sleep(rushMs, { signal: rush.signal })
  const listening = (async () => {
    for await (const one of world.overhear(tag)) {
      if (rush.signal.aborted) return
      said.set(one.from, one)
      if (said.size === world.honest.length) return
    }
  })()
  await Promise.race([patience, listening])
  rush.abort()
  return world.honest.flatMap((peer) => said.get(peer) ?? [])
}
