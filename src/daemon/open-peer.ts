/** This peer before it knows any swarm: its directory, its key, and a host that starts when it is needed. */
import { resolve } from 'node:path'
import { type Refusal, refusalSentences } from '../peer/errors.ts'
import { createHost, type Host } from '../peer/host.ts'
import { type Identity, readOrCreateIdentity } from '../peer/identity.ts'
import type { Cleanup } from '../util/cleanup.ts'
import type { CodedError } from '../util/coded-error.ts'
import { type Log, lineOf } from '../util/log.ts'
import { type Complaint, Complaints } from './complaints.ts'
import type { DaemonOptions } from './daemon.ts'
import { keyPath, makeStateDirectory, releaseLock, takeLock } from './state-directory.ts'

/** What all parts of a run share. */
export interface Peer {
  readonly options: DaemonOptions
  readonly data: string
  readonly identity: Identity
  readonly socket: string
  readonly log: Log
  readonly complaints: Complaints
  /** Starts the host at the first call: nobody is dialled before the guard has spoken. */
  readonly openHost: () => Promise<Host>
  readonly cleanup: Cleanup
  /** Aborts when the owner wants to leave, and when the run fails beside its straight line. */
  readonly signal: AbortSignal
  readonly fail: (error: Error) => void
}

/** @throws DAEMON_DATA_IN_USE, PEER_KEY_EXPOSED, PEER_KEY_UNREADABLE */
export async function openPeer(options: DaemonOptions, cleanup: Cleanup): Promise<Peer> {
  const data = resolve(options.data)
  const failing = new AbortController()
  await makeStateDirectory(data)
  const lock = await takeLock(data)
  cleanup.add(() => releaseLock(data, lock))
  const identity = await readOrCreateIdentity(keyPath(data))
  const complaints = new Complaints(options.log.warn)
  let host: Promise<Host> | undefined
  return {
    options,
    data,
    identity,
    socket: lock.socket,
    log: options.log,
    complaints,
    openHost: () => (host ??= startHost(options, identity, complaints, cleanup)),
    cleanup,
    signal: AbortSignal.any([options.signal, failing.signal]),
    fail: (error) => failing.abort(error),
  }
}

async function startHost(
  { listen, announce }: DaemonOptions,
  { key }: Identity,
  complaints: Complaints,
  cleanup: Cleanup,
): Promise<Host> {
  const host = await createHost({
    key,
    listen,
    announce,
    onRefused: (refusal) => complaints.add(complaintOf(refusal)),
  })
  cleanup.add(() => host.close())
  return host
}

function complaintOf(refusal: Refusal): Complaint {
  const peer = 'peer' in refusal ? refusal.peer : refusal.address
  return { peer, code: refusal.code, message: sentenceOf(refusal) }
}

/** What a stranger did wrong at the admission desk. */
export function complaintAbout(error: CodedError): Complaint {
  const { problem, code } = error
  const [message] = lineOf(error)
  return { peer: 'peer' in problem ? String(problem.peer) : 'unknown', code, message }
}

function sentenceOf<R extends Refusal>(refusal: R): string {
  const say = refusalSentences[refusal.code] as (refusal: R) => string
  return say(refusal)
}
