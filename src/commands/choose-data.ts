/** Which state directory a peer uses when it is told none, so that several can run in one place without further ado. */
import { join } from 'node:path'
import type { Origin } from '../daemon/find-swarm.ts'
import { isRunning, readLock, readMembership } from '../daemon/state-directory.ts'

/** Where state directories are, unless --data says otherwise. */
export const root = '.medoid'

export const founderData = join(root, 'founder')

/** The founder's own, or for a joiner the first of peer-1, peer-2, ... that is not in use and of no other swarm. */
export async function chooseData(origin: Origin): Promise<string> {
  if (origin.kind !== 'join') return founderData
  for (let k = 1; ; k++) {
    const data = join(root, `peer-${k}`)
    const lock = await readLock(data)
    if (lock !== undefined && isRunning(lock.pid)) continue
    const peers = (await readMembership(data))?.signed.roster.members.map(({ peer }) => peer)
    if (peers === undefined || peers.some((peer) => origin.address.endsWith(`/p2p/${peer}`))) return data
  }
}
