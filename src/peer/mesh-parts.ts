/** The parts of one libp2p mesh, wired to each other. */
import type { Fault } from '../mesh/fault.ts'
import { Inbox } from '../mesh/inbox.ts'
import type { PeerId, Step } from '../mesh/mesh.ts'
import { Outbox } from '../mesh/outbox.ts'
import type { Random } from '../util/prng.ts'
import { Archive } from './archive.ts'
import { Datagrams } from './datagrams.ts'
import { Fetcher } from './fetcher.ts'
import { Lag } from './lag.ts'
import type { Libp2pMeshOptions } from './libp2p-mesh.ts'
import type { WireLimits } from './limits.ts'
import { Links } from './links.ts'
import { verifierOf } from './member-keys.ts'
import { heapMemory, StepMemory } from './payload-memory.ts'
import { Presence } from './presence.ts'
import { Press } from './press.ts'
import { Questions } from './questions.ts'
import { Reception } from './reception.ts'
import { TransferClock } from './traffic.ts'
import { Voice } from './voice.ts'

export interface Parts {
  readonly inbox: Inbox
  readonly outbox: Outbox
  readonly archive: Archive
  readonly press: Press
  readonly presence: Presence
  readonly fetcher: Fetcher
  readonly reception: Reception
  readonly voice: Voice
  readonly questions: Questions
  readonly transfers: TransferClock
  /** Undefined where the mesh was not asked for them: then what may get lost goes over streams too. */
  readonly datagrams: Datagrams | undefined
}

/** What the parts need of the mesh that they make up. */
export interface Whole {
  readonly random: Random
  readonly blame: (fault: Fault) => void
  /** Says an announcement by gossip; resolves to those whom it was sent to. */
  readonly announce: (announcement: Uint8Array) => Promise<ReadonlySet<PeerId>>
  readonly step: () => Step
  /** Aborts when the mesh closes. */
  readonly signal: AbortSignal
}

export function assemble(options: Libp2pMeshOptions, wire: WireLimits, whole: Whole): Parts {
  const { host, roster, describe, limits, liars, onTooFarBehind = () => {}, onDropped = () => {} } = options
  const { self, sign } = host
  const { members, digest } = roster
  const { inlineLimit } = wire
  const { random, blame, announce, step, signal } = whole
  const inbox = new Inbox(describe, limits)
  const outbox = new Outbox(limits.window)
  const archive = new Archive(limits.window)
  const press = new Press({ self, rosterDigest: digest, sign, describe, archive })
  const links = new Links(host, members, wire.frameTimeoutMs)
  const presence = new Presence(host, members, (peer) => void voice.catchUp(peer))
  const voice = new Voice({ self, inlineLimit, links, presence, outbox, archive, press, announce, signal })
  const transfers = new TransferClock()
  const memory = new StepMemory(options.memory ?? heapMemory)
  const fetcher = new Fetcher({
    self,
    links,
    presence,
    describe,
    random,
    limits: wire,
    transfers,
    memory,
    blame,
  })
  const roles = new Map(members.map(({ peer, role }) => [peer, role]))
  const lag = new Lag({ roleOf: (peer) => roles.get(peer) ?? '', liars, onTooFarBehind })
  const reception = new Reception({
    court: { roster: digest, inlineLimit, verify: verifierOf(members), describe },
    inbox,
    archive,
    fetcher,
    blame,
    onDropped,
    passOn: (publication) => void voice.toAll(publication),
    onAhead: (peer, theirs) => lag.heard(peer, theirs, step() + limits.window),
  })
  const questions = new Questions({ links, presence, reception, limits: wire, blame })
  const datagrams = options.datagrams
    ? new Datagrams({
        host,
        members,
        rosterDigest: digest,
        limits,
        wire,
        presence,
        options: options.datagrams === true ? {} : options.datagrams,
        take: (opened, from) => reception.takeDatagram(opened, from),
        blame,
        signal,
      })
    : undefined
  return {
    inbox,
    outbox,
    archive,
    press,
    presence,
    fetcher,
    reception,
    voice,
    questions,
    transfers,
    datagrams,
  }
}
