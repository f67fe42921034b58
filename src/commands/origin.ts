/** From --swarm, --join and --swarm-id to how a peer comes to its swarm. */
import type { Origin } from '../daemon/find-swarm.ts'
import { readSwarmFile } from '../daemon/swarm-file.ts'
import { parseAddress } from '../peer/admission-join.ts'
import { commandError } from './errors.ts'

export interface OriginFlags {
  /** A swarm file. */
  readonly swarm?: string
  /** A multiaddr. */
  readonly join?: string
  readonly swarmId?: string
}

/** @throws COMMAND_CONFLICT, PEER_BAD_ADDRESS, COMMAND_BAD_OPTION, and SWARM_* where the file is wrong */
export async function originOf({ swarm, join, swarmId }: OriginFlags): Promise<Origin> {
  if (swarm !== undefined && join !== undefined)
    throw commandError({ code: 'COMMAND_CONFLICT', options: '--swarm and --join' })
  if (swarmId !== undefined && !/^[0-9a-f]{64}$/.test(swarmId)) {
    const allowed = '64 hexadecimal digits, as medoid init prints them'
    throw commandError({ code: 'COMMAND_BAD_OPTION', option: '--swarm-id', value: swarmId, allowed })
  }
  if (swarm !== undefined) return { kind: 'found', settings: await readSwarmFile(swarm) }
  if (join === undefined) return { kind: 'resume' }
  parseAddress(join)
  return { kind: 'join', address: join, ...(swarmId === undefined ? {} : { swarmId }) }
}
