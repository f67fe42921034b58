/** The liars of a simulated swarm: decorated meshes, lying learners, and those that one script moves. */
import type { Protocol } from '../agreement/protocol.ts'
import type { AgreementRule } from '../agreement/rule.ts'
import { asAsked } from '../attack/attack.ts'
import type { Attack } from '../attack/attacks.ts'
import { Confidences } from '../attack/confidences.ts'
import { type Conspiracy, rankOf } from '../attack/conspiracy.ts'
import { lyingLearner } from '../attack/lying-learner.ts'
import { play, type Script } from '../attack/script.ts'
import type { Milliseconds } from '../mesh/clock.ts'
import type { Mesh, PeerId } from '../mesh/mesh.ts'
import type { Learner } from '../model/learner.ts'
import { wrappedLearner } from '../model/wrapped-learner.ts'
import { wiretap } from '../sim/wiretap.ts'
import type { SimWorld } from '../sim/world.ts'

/** Liars that one script moves. */
export interface Adversary {
  /** Their positions. */
  readonly liars: readonly number[]
  readonly script: Script
  /** They run no protocol and hear only what the script overhears: faster, and enough for attacks that forge vectors. */
  readonly idle?: boolean
}

export interface LiarOptions {
  readonly protocol: Protocol
  readonly f: number
  readonly rule: AgreementRule
  readonly modelRule: AgreementRule
  readonly deadlineMs: Milliseconds
  readonly attacks: ReadonlyMap<number, Attack>
  readonly adversary?: Adversary | undefined
  readonly signal: AbortSignal
}

export interface PlayedLiars {
  /** By position: the meshes as the members' protocol code sees them. */
  readonly meshes: readonly Mesh[]
  /** The same of learners. */
  readonly learner: (position: number, own: Learner) => Learner
  /** Rejects where the script fails. */
  readonly done: Promise<void>
}

export function playLiars(world: SimWorld, options: LiarOptions): PlayedLiars {
  const { meshes, network } = world
  const { protocol, adversary, attacks, deadlineMs, signal } = options
  const adversaries = [...(adversary === undefined ? [] : [adversary]), ...adversariesAmong(attacks)]
  const scripted = adversary?.liars ?? []
  const isLiar = (position: number) => attacks.has(position) || scripted.includes(position)
  const colluders = new Set<PeerId>(meshes.filter((_, i) => isLiar(i)).map(({ self }) => self))
  const conspiracy: Conspiracy = {
    colluders,
    rushMs: deadlineMs / 2,
    confidences: new Confidences(),
    ear: (pattern, options) => wiretap(network, pattern, options),
    ...(protocol.liesAtLearner && { isLiedAbout: ({ kind }) => kind !== 'word' }),
    aggregateOf: (phase) =>
      asAsked((vectors) =>
        (phase === 'gradient' ? options.rule : options.modelRule).aggregate(vectors, options.f),
      ),
  }
  const board = new Board(meshes.length)
  const learner = (position: number, own: Learner) => {
    if (!protocol.liesAtLearner || attacks.size === 0) return own
    const forge = attacks.get(position)?.forgeAlone
    const mesh = meshes[position]
    if (forge === undefined || mesh === undefined)
      return isLiar(position) ? own : board.watching(position, own)
    return lyingLearner(own, forge(), {
      honest: () => board.newest(),
      liars: colluders.size,
      aggregate: conspiracy.aggregateOf('gradient'),
      rank: rankOf(mesh.self, colluders),
      random: mesh.random,
    })
  }
  const seen: Mesh[] = meshes.map((mesh, i) => attacks.get(i)?.misbehave(mesh, conspiracy) ?? mesh)
  const moved = adversaries.map((one) => move(one, world, colluders, signal))
  for (const { meshes } of moved) for (const [position, mesh] of meshes) seen[position] = mesh
  return { meshes: seen, learner, done: Promise.all(moved.map(({ done }) => done)).then(() => {}) }
}

interface Moved {
  readonly meshes: ReadonlyMap<number, Mesh>
  readonly done: Promise<void>
}

/** Lets the script move its liars; it hears everything that is no secret. */
function move(
  { liars, script, idle }: Adversary,
  { meshes, network }: SimWorld,
  colluders: ReadonlySet<PeerId>,
  signal: AbortSignal,
): Moved {
  const [first, ...others] = liars.flatMap((position) => meshes[position] ?? [])
  if (first === undefined) return { meshes: new Map(), done: Promise.resolve() }
  if (idle) for (const position of liars) network.deafen(position)
  const played = play(script, [first, ...others], {
    colluders,
    signal,
    overhear: (pattern) => wiretap(network, pattern, { signal }),
    setPresent: (liar, isPresent) => {
      for (const { self } of meshes)
        if (self !== liar) isPresent ? network.connect(liar, self) : network.disconnect(liar, self)
    },
  })
  return {
    meshes: new Map(liars.map((position, i) => [position, played.meshes[i] ?? first])),
    done: played.done,
  }
}

/** Attackers that have one script are moved by one run of it. */
function adversariesAmong(attacks: ReadonlyMap<number, Attack>): Adversary[] {
  const liarsOf = new Map<Script, number[]>()
  for (const [position, { script }] of attacks)
    if (script !== undefined) liarsOf.set(script, [...(liarsOf.get(script) ?? []), position])
  return [...liarsOf].map(([script, liars]) => ({ liars, script }))
}

/**
 * The newest gradient of each honest member: what the papers let attackers know where vectors travel coded or in shares, and
 * more than a real attacker can.
 */
class Board {
  readonly #newest: (Float32Array | undefined)[]

  constructor(members: number) {
    this.#newest = Array.from({ length: members })
  }

  watching(position: number, learner: Learner): Learner {
    return wrappedLearner(learner, {
      gradient: async (options) => {
        const gradient = await learner.gradient(options)
        this.#newest[position] = gradient.slice()
        return gradient
      },
    })
  }

  newest(): readonly Float32Array[] {
    return this.#newest.filter((gradient) => gradient !== undefined)
  }
}
