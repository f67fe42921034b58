/**
 * libp2p's registrar as gossipsub sees it: only members open its streams, and it hears of members only. (libp2p's stream
 * middleware would be the place for this, but in 3.3 every inbound stream appends its handler to the registered chain.)
 */
import type { GossipSubComponents } from '@chainsafe/libp2p-gossipsub'
import type { Gater } from './gater.ts'

type Registrar = GossipSubComponents['registrar']

export function membersRegistrar(registrar: Registrar, gater: Gater): Registrar {
  return {
    handle: (protocol, handler, options) => registrar.handle(protocol, gater.membersOnly(handler), options),
    register: (protocol, topology, options) =>
      registrar.register(
        protocol,
        {
          ...topology,
          onConnect: (peer, connection) =>
            gater.isMember(peer.toString()) ? topology.onConnect?.(peer, connection) : undefined,
        },
        options,
      ),
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
