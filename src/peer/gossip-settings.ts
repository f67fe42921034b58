/** How gossipsub is set up, and why. */
import { createHash } from 'node:crypto'
import type { GossipsubOpts } from '@chainsafe/libp2p-gossipsub'
import { maxGossipQueueBytes, maxGossipRpcBytes } from './limits.ts'

/** `openTopics`: what this peer is in; messages under any other topic are dropped before they are kept. */
export function gossipSettings(openTopics: ReadonlySet<string>): Partial<GossipsubOpts> {
  return {
    globalSignaturePolicy: 'StrictSign',
    // Peers that speak floodsub only would get everything and validate nothing.
    fallbackToFloodsub: false,
    // A swarm of one connected peer is normal at the start, and so is saying again what another one already passed on.
    allowPublishToZeroTopicPeers: true,
    ignoreDuplicatePublishError: true,
    // Own announcements go to every member at once: one hop to all that are connected, gossip for the rest.
    floodPublish: true,
    emitSelf: false,
    doPX: false,
    // A message is what it says, not who passed it on: two peers that announce the same envelope say the same thing.
    msgIdFn: ({ data }) => sha256(data),
    // The same before the outer signature is checked, so that copies cost a hash instead of a verification. It is only
    // remembered for messages whose signature was right.
    fastMsgIdFn: ({ data }) => (data === undefined ? '' : Buffer.from(sha256(data)).toString('latin1')),
    dataTransform: {
      inboundTransform(topic, data) {
        if (!openTopics.has(topic)) throw new Error('not our topic')
        return data
      },
      outboundTransform: (_, data) => data,
    },
    maxInboundDataLength: maxGossipRpcBytes,
    maxOutboundBufferSize: maxGossipQueueBytes,
    // One topic per roster; gossipsub counts about 1 KiB for each.
    maxTopicBytesPerPeer: 16 * 1024,
    // Many members behind one address are normal: a laboratory, a demo on one machine.
    scoreParams: { IPColocationFactorWeight: 0 },
  }
}

function sha256(data: Uint8Array): Uint8Array {
  return createHash('sha256').update(data).digest()
}
