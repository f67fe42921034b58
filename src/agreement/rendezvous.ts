/**
 * Meeting before and after learning. A liar can hold up each for its timeout, once.
 *
 * Here n is all members, servers included, and f all that may lie among them.
 *
 * Before: training starts when all members say that their data and model are loaded, or when the timeout is over and n - f
 * have said so. Each counts the timeout from when it was ready itself, so a slow loader would still wait when the others
 * have begun: more members of a role at step 1 than may lie prove that an honest one has, and it begins too.
 * After: a member that finished stays until n - f members, itself among them, are done and so are all that are connected to
 * it, who have half of the timeout for it; and no longer than the timeout, whoever is missing then.
 */
import { Attendance } from '../mesh/attendance.ts'
import type { Milliseconds } from '../mesh/clock.ts'
import { bytes } from '../mesh/codec.ts'
import { type ExchangeOptions, exchange, type Wait } from '../mesh/exchange.ts'
import type { Mesh, PeerId, Step } from '../mesh/mesh.ts'
import { scoped } from '../util/signal.ts'
import { peersWith } from './roles.ts'

export interface RendezvousOptions {
  /** Members of a role that may lie. */
  readonly liars: (role: string) => number
  readonly timeoutMs: Milliseconds
  readonly onWaiting?: ExchangeOptions<Uint8Array>['onWaiting']
  readonly signal: AbortSignal
}

/** How long members that are ready may take to connect to each other: the first exchange waits for the connected alone. */
const connectingMs: Milliseconds = 5_000

/** Says that this member is ready and waits for the others; returns those who are not. */
export async function meetBefore(mesh: Mesh, options: RendezvousOptions): Promise<readonly PeerId[]> {
  const { liars, timeoutMs, signal } = options
  return scoped(signal, async (scope) => {
    const missing = await Promise.race([
      say(mesh, 'ready', 0, { policy: 'everyone', deadlineMs: timeoutMs }, { ...options, signal: scope }),
      othersBegan(mesh, liars, scope),
    ])
    await connected(mesh, missing, scope)
    return missing
  })
}

/** Says that this member has taken its last step and waits for the others; returns those who have not. */
export async function meetAfter(
  mesh: Mesh,
  last: Step,
  options: RendezvousOptions,
): Promise<readonly PeerId[]> {
  const { timeoutMs, signal } = options
  // Half of the time for those who are connected and silent; the other half is for n - f to be there at all.
  const wait: Wait = { policy: 'synchronous', deadlineMs: timeoutMs / 2, attendance: new Attendance(1) }
  return scoped(signal, async (scope) => {
    const patienceOver = mesh.clock.sleep(timeoutMs, { signal: scope }).then(() => everyoneElse(mesh))
    return Promise.race([say(mesh, 'done', last, wait, { ...options, signal: scope }), patienceOver])
  })
}

async function say(
  mesh: Mesh,
  phase: 'ready' | 'done',
  step: Step,
  wait: Wait,
  { liars, onWaiting, signal }: RendezvousOptions,
): Promise<readonly PeerId[]> {
  const tag = { step, phase, kind: 'word', hop: 0 }
  const { missing } = await exchange(mesh, tag, Uint8Array.of(1), {
    codec: bytes,
    wait,
    least: mesh.members.length - allLiars(mesh, liars),
    ...(onWaiting === undefined ? {} : { onWaiting }),
    signal,
  })
  return missing
}

/** Resolves, with those who have not, once more members of a role than may lie have said something of the first step. */
async function othersBegan(
  mesh: Mesh,
  liars: RendezvousOptions['liars'],
  signal: AbortSignal,
): Promise<readonly PeerId[]> {
  const began = new Set<PeerId>()
  const isProof = (role: string) =>
    peersWith(mesh.members, role).filter((peer) => began.has(peer)).length > liars(role)
  for await (const { from } of mesh.listen({ step: 1 }, { signal })) {
    began.add(from)
    if (rolesOf(mesh).some(isProof)) return everyoneElse(mesh).filter((peer) => !began.has(peer))
  }
  throw signal.reason
}

function allLiars(mesh: Mesh, liars: RendezvousOptions['liars']): number {
  return rolesOf(mesh).reduce((sum, role) => sum + liars(role), 0)
}

function rolesOf({ members }: Mesh): string[] {
  return [...new Set(members.map(({ role }) => role))]
}

/** Waits until all but `missing` are connected, for as long as connecting may take. */
async function connected(mesh: Mesh, missing: readonly PeerId[], signal: AbortSignal): Promise<void> {
  const expected = mesh.members.map(({ peer }) => peer).filter((peer) => !missing.includes(peer))
  await scoped(signal, async (scope) => {
    const watch = async () => {
      for await (const present of mesh.presence({ signal: scope }))
        if (expected.every((peer) => present.has(peer))) return
    }
    await Promise.race([watch(), mesh.clock.sleep(connectingMs, { signal: scope })])
  })
}

function everyoneElse(mesh: Mesh): readonly PeerId[] {
  return mesh.members.map(({ peer }) => peer).filter((peer) => peer !== mesh.self)
}
