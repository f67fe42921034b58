/**
 * libp2p's registrar as gossipsub sees it: only members open its streams, and it hears of members only. (libp2p's stream
 * middleware would be the place for this, but in 3.3 every inbound stream appends its handler to the registered chain.)
 */
import type { GossipSubComponents } from '@chainsafe/libp2p-gossipsub'
import type { Connection, PeerId, Stream, Topology } from '@libp2p/interface'
import type { Milliseconds } from '../mesh/clock.ts'
import type { Gater } from './gater.ts'

type Registrar = GossipSubComponents['registrar']
type ConnectionManager = GossipSubComponents['connectionManager']

export interface MembersRegistrarOptions {
  readonly registrar: Registrar
  readonly connections: ConnectionManager
  readonly gater: Gater
  readonly gossipPatienceMs: Milliseconds
}

export function membersRegistrar(options: MembersRegistrarOptions): Registrar {
  const { registrar, connections, gater, gossipPatienceMs } = options
  const ofMembers = (topology: Topology): Topology => {
    const onConnect = async (peer: PeerId, connection: Connection): Promise<void> => {
      if (!gater.isMember(peer.toString())) return
      await topology.onConnect?.(peer, connection)
      setTimeout(() => void mend(peer, connection), gossipPatienceMs).unref()
    }
    /**
     * Sets gossip up from the start where there is no stream to the peer. gossipsub 17 opens one as soon as it hears of a
     * peer, but keeps the dead one of a connection that broke while it was being opened, and then opens no other.
     */
    const mend = async (peer: PeerId, connection: Connection): Promise<void> => {
      if (connection.status !== 'open' || gossipStreams(connection, 'outbound').length > 0) return
      for (const stream of gossipStreams(connection, 'inbound'))
        stream.abort(new Error('once more from the start'))
      await topology.onDisconnect?.(peer)
      await onConnect(peer, connection)
    }
    return {
      ...topology,
      onConnect,
      // libp2p tells of a disconnection only after a look into its peer store, and a member may be back by then: what is
      // cleared away must not be what has just been set up.
      async onDisconnect(peer) {
        const standing = connections.getConnections(peer).find(({ status }) => status === 'open')
        await (standing === undefined ? topology.onDisconnect?.(peer) : mend(peer, standing))
      },
    }
  }
  return {
    handle: (protocol, handler, options) => registrar.handle(protocol, gater.membersOnly(handler), options),
    register: (protocol, topology, options) => registrar.register(protocol, ofMembers(topology), options),
    unhandle: (protocol, options) => registrar.unhandle(protocol, options),
    unregister: (id) => registrar.unregister(id),
    getProtocols: () => registrar.getProtocols(),
    getHandler: (protocol) => registrar.getHandler(protocol),
    use: (protocol, middleware) => registrar.use(protocol, middleware),
    unuse: (protocol) => registrar.unuse(protocol),
    getMiddleware: (protocol) => registrar.getMiddleware(protocol),
    getTopologies: (protocol) => registrar.getTopologies(protocol),
  }
}

function gossipStreams({ streams }: Connection, direction: Stream['direction']): readonly Stream[] {
  return streams.filter(
    (stream) =>
      stream.direction === direction && stream.status === 'open' && stream.protocol.startsWith('/meshsub/'),
  )
}
