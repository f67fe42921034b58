/**
 * Honest members whose process ends while others learn, and what begins in its place.
 *
 * What ends takes everything with it: what it heard, its model, its momentum. A daemon that began to learn is not let in again
 * (DAEMON_ALREADY_BEGAN), because what it would say of a step could differ from what it signed before. So a member that is back
 * is what a daemon would be that remembered one thing, how far it had come: it starts like everybody did at first, with the
 * model of the start and no momentum, and at a step beyond all that anybody honest works on, of which it cannot have spoken.
 * How it would learn which step that is, is not simulated. Until its first agreement on models is over it is as bad as a liar.
 */
import type { Milliseconds } from '../mesh/clock.ts'
import type { Mesh, Step } from '../mesh/mesh.ts'
import type { SimWorld } from '../sim/world.ts'

export interface Crash {
  /** By position: honest ones. */
  readonly members: readonly number[]
  readonly atMs: Milliseconds
  /** When a new process begins in the place of each; never if absent. */
  readonly backAtMs?: Milliseconds | undefined
}

/** One process of a member: the first, or one that began after a crash. */
export interface Life {
  readonly position: number
  /** Absent of the first one: it has the mesh that the world began with. */
  readonly mesh?: Mesh
  readonly firstStep: Step
}

export interface CrashOptions {
  readonly world: Pick<SimWorld, 'clock' | 'crash' | 'restart'>
  /** The honest members, by position. */
  readonly honest: readonly number[]
  readonly crashes: readonly Crash[]
  /** The last step that an honest member was done with; 0 before there is one. */
  readonly newestStep: () => Step
  /** Takes the steps of one life; resolves to how many they were, and never where the process ends before. */
  readonly live: (life: Life) => Promise<number>
}

/** The positions that are in no crash: those who are there for every step. */
export function steadyOf(honest: readonly number[], crashes: readonly Crash[] = []): number[] {
  const crashing = new Set(crashes.flatMap(({ members }) => members))
  return honest.filter((position) => !crashing.has(position))
}

interface Rules {
  readonly honest: readonly number[]
  /** Those of them whose model is the result. */
  readonly keepers: readonly number[]
  /** Whether the protocol lets a member begin in the middle. */
  readonly mayComeBack: boolean
}

/** What is wrong with the first crash that cannot be played, or with all together; undefined if nothing is. */
export function wrongCrash(crashes: readonly Crash[], { honest, keepers, mayComeBack }: Rules) {
  /** When a member is back from its last crash. */
  const backAt = new Map<number, Milliseconds>()
  for (const crash of crashes.toSorted((a, b) => a.atMs - b.atMs)) {
    const { members, atMs, backAtMs = Number.POSITIVE_INFINITY } = crash
    const because = (allowed: string) => ({ value: JSON.stringify(crash), allowed })
    if (!members.every((position) => honest.includes(position)))
      return because(`of honest members, which are ${honest.join(', ')}`)
    if (crash.backAtMs !== undefined && !mayComeBack)
      return because('without backAtMs: under this protocol nobody can come back')
    if (backAtMs <= atMs) return because('of members that are back later than they crash')
    if (members.some((position) => atMs < (backAt.get(position) ?? 0)))
      return because('of members that are back from their last crash')
    for (const position of members) backAt.set(position, backAtMs)
  }
  if (crashes.length === 0 || steadyOf(keepers, crashes).length > 0) return undefined
  return { value: JSON.stringify(crashes), allowed: 'such that an honest member is there all the time' }
}

/** Settles when nobody honest that is up has steps left to take: who took the last one, by position. */
export function liveThrough(options: CrashOptions): Promise<ReadonlySet<number>> {
  const { world, honest, crashes, newestStep, live } = options
  const { promise, resolve, reject } = Promise.withResolvers<ReadonlySet<number>>()
  const done = new Set<number>()
  /** The life that is under way, of those who are up and not done. */
  const working = new Map<number, Life>()
  const leave = (position: number) => {
    working.delete(position)
    if (working.size === 0) resolve(done)
  }
  const begin = (life: Life) => {
    const { position } = life
    working.set(position, life)
    const end = (steps: number) => {
      if (working.get(position) !== life) return
      if (steps > 0 || life.mesh === undefined) done.add(position)
      leave(position)
    }
    live(life).then(end, reject)
  }
  for (const { members, atMs, backAtMs } of crashes)
    for (const position of members) {
      world.clock.after(atMs, () => {
        world.crash(position)
        leave(position)
      })
      if (backAtMs === undefined) continue
      world.clock.after(backAtMs, () => {
        const mesh = world.restart(position)
        // What it had learnt before it crashed is on its disk.
        if (!done.has(position)) begin({ position, mesh, firstStep: newestStep() + 2 })
      })
    }
  for (const position of honest) begin({ position, firstStep: 1 })
  return promise
}
