/**
 * Whether enough members are here for what the guard says of the swarm. It speaks of a roster, which never changes; members come
 * and go. Away is as good as lying: of each role as many may be away as may lie, and no exchange can do with fewer.
 */
import type { Member, PeerId } from '../mesh/mesh.ts'
import { type Log, lineOf } from '../util/log.ts'
import { daemonError } from './errors.ts'
import type { DaemonStatus } from './status.ts'

export interface QuorumOptions {
  readonly members: readonly Member[]
  /** How many members of a role may lie. */
  readonly liars: (role: string) => number
  /** What the guard says, for the lines. */
  readonly standing: string
  readonly log: Log
}

export class Quorum {
  readonly #options: QuorumOptions
  #isMet = true
  #lapses = 0

  constructor(options: QuorumOptions) {
    this.#options = options
  }

  /** Takes who is here now, and says so when it has become too few, or enough again. */
  look(present: ReadonlySet<PeerId>): void {
    const { standing, log } = this.#options
    const lack = this.#lackIn(present)
    if ((lack === undefined) === this.#isMet) return
    this.#isMet = lack === undefined
    if (lack === undefined) {
      log.info(`enough members are here again for what the guard says: ${standing}`)
      return
    }
    this.#lapses += 1
    log.warn(...lineOf(daemonError({ code: 'DAEMON_TOO_FEW_PRESENT', ...lack, standing })))
  }

  status(): DaemonStatus['quorum'] {
    return { met: this.#isMet, lapses: this.#lapses }
  }

  /** The first role of which too many are away. */
  #lackIn(present: ReadonlySet<PeerId>) {
    const { members, liars } = this.#options
    for (const [role, ofRole] of Map.groupBy(members, ({ role }) => role)) {
      const away = ofRole.filter(({ peer }) => !present.has(peer)).length
      if (away > liars(role)) return { role, members: ofRole.length, away, tolerated: liars(role) }
    }
    return undefined
  }
}
