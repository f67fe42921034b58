/** Which swarm this is: from its file (the founder), from a member at an address (a joiner), or from the last run. */
import { join } from 'node:path'
import { fetchDocument } from '../peer/admission-join.ts'
import type { Host } from '../peer/host.ts'
import type { Identity } from '../peer/identity.ts'
import { verifyRoster } from '../peer/roster.ts'
import { type SwarmDocument, signDocument, swarmIdOf, verifyDocument } from '../peer/swarm-document.ts'
import { daemonError } from './errors.ts'
import { type Membership, readMembership } from './state-directory.ts'
import { castOf, checkFounder, describeSwarm, settingsIn } from './swarm-file.ts'
import type { SwarmSettings } from './swarm-schema.ts'

/** How a peer comes to its swarm. */
export type Origin =
  /** Founds the swarm that these settings describe, or goes on with it. */
  | { readonly kind: 'found'; readonly settings: SwarmSettings }
  /** Joins the swarm of whoever is at `address`, a multiaddr; that of `swarmId` alone where it is given. */
  | { readonly kind: 'join'; readonly address: string; readonly swarmId?: string }
  /** Goes on with the swarm that the state directory remembers. */
  | { readonly kind: 'resume' }

export interface FoundSwarm {
  readonly id: string
  readonly document: SwarmDocument
  readonly settings: SwarmSettings
  /** What was remembered of it: then admission is over. */
  readonly membership?: Membership
}

export interface FindOptions {
  readonly origin: Origin
  readonly data: string
  readonly identity: Identity
  /** Starts the host: a joiner needs it here, and nobody dials before it is called. */
  readonly openHost: () => Promise<Host>
  readonly signal: AbortSignal
}

/**
 * @throws DAEMON_ALREADY_BEGAN before anybody is dialled, DAEMON_NOTHING_TO_RUN, DAEMON_ANOTHER_SWARM, DAEMON_BAD_STATE, SWARM_* where a description that came is none,
 *   PEER_* as `fetchDocument`
 */
export async function findSwarm(options: FindOptions): Promise<FoundSwarm> {
  const { data, identity } = options
  const membership = await readMembership(data)
  if (membership?.hasBegun) {
    const { document, signed } = membership
    const { run } = signed.roster
    throw daemonError({ code: 'DAEMON_ALREADY_BEGAN', data, swarm: swarmIdOf(document), run })
  }
  const document = await documentOf(options, membership)
  const id = swarmIdOf(document)
  const settings = settingsIn(document.description)
  if (membership === undefined) return { id, document, settings }

  const stored = swarmIdOf(membership.document)
  if (stored !== id) throw daemonError({ code: 'DAEMON_ANOTHER_SWARM', data, stored, given: id })
  const check = { document, cast: castOf(settings), self: identity.peer }
  await verifyRoster(membership.signed, check).catch((cause: Error) => {
    const path = join(data, 'swarm.json')
    throw daemonError({ code: 'DAEMON_BAD_STATE', path, reason: cause.message }, { cause })
  })
  return { id, document, settings, membership }
}

async function documentOf(
  { origin, data, identity, openHost, signal }: FindOptions,
  membership: Membership | undefined,
): Promise<SwarmDocument> {
  switch (origin.kind) {
    case 'found':
      checkFounder(origin.settings, identity.peer)
      return signDocument(identity, describeSwarm(origin.settings))
    case 'join':
      return fetchDocument((await openHost()).node, { ...origin, signal })
    case 'resume':
      if (membership === undefined) throw daemonError({ code: 'DAEMON_NOTHING_TO_RUN', data })
      await verifyDocument(membership.document)
      return membership.document
    default:
      return origin satisfies never
  }
}
