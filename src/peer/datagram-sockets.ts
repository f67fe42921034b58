/**
 * UDP sockets: one for each family of addresses that the host listens on over TCP, at the same address and the same number,
 * so that an operator opens one number in a firewall. Whatever comes is handed on; nothing here is believed.
 */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { Ports } from '../gossip/datagram-key-frames.ts'
import { type Endpoint, type Family, placesToBind } from './datagram-endpoint.ts'
import { peerError } from './errors.ts'
import { datagramBufferBytes, maxDatagramBacklogBytes } from './limits.ts'
import type { SocketMeter } from './traffic.ts'

export interface DatagramSocketsOptions {
  /** What the host listens on. */
  readonly listen: readonly string[]
  readonly meter: SocketMeter
  readonly onDatagram: (bytes: Uint8Array) => void
  /** Told of every datagram that the system did not send after all. */
  readonly onUnsent: () => void
}

/** Opens the sockets. Rejects with PEER_CANNOT_LISTEN. */
export async function openDatagramSockets(options: DatagramSocketsOptions): Promise<DatagramSockets> {
  const sockets = new Map<Family, Socket>()
  for (const { family, address, port } of placesToBind(options.listen))
    try {
      sockets.set(family, await openSocket(family, address, port))
    } catch (cause) {
      for (const socket of sockets.values()) socket.close()
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw peerError(
        { code: 'PEER_CANNOT_LISTEN', addresses: `/${family}/${address}/udp/${port}`, reason },
        { cause },
      )
    }
  return new DatagramSockets(sockets, options)
}

export class DatagramSockets {
  /** Where datagrams are received; 0 where none are. */
  readonly ports: Ports
  readonly #sockets: ReadonlyMap<Family, Socket>
  readonly #meter: SocketMeter
  readonly #onUnsent: () => void

  constructor(
    sockets: ReadonlyMap<Family, Socket>,
    { meter, onDatagram, onUnsent }: Omit<DatagramSocketsOptions, 'listen'>,
  ) {
    this.#sockets = sockets
    this.#meter = meter
    this.#onUnsent = onUnsent
    const portOf = (family: Family) => sockets.get(family)?.address().port ?? 0
    this.ports = { ip4: portOf('ip4'), ip6: portOf('ip6') }
    for (const socket of sockets.values())
      socket.on('message', (bytes) => {
        meter.datagramIn(bytes.byteLength)
        onDatagram(bytes)
      })
  }

  /** Whether so much is waiting to be sent that no more should be. */
  isBusy(family: Family): boolean {
    return (this.#sockets.get(family)?.getSendQueueSize() ?? 0) > maxDatagramBacklogBytes
  }

  send(bytes: Uint8Array, { family, address, port }: Endpoint): void {
    this.#sockets.get(family)?.send(bytes, port, address, (error) => {
      if (error === null) this.#meter.datagramOut(bytes.byteLength)
      else this.#onUnsent()
    })
  }

  async close(): Promise<void> {
    const closed = [...this.#sockets.values()].map((socket) => once(socket, 'close'))
    for (const socket of this.#sockets.values()) socket.close()
    await Promise.all(closed)
  }
}

async function openSocket(family: Family, address: string, port: number): Promise<Socket> {
  const socket = createSocket({
    type: family === 'ip4' ? 'udp4' : 'udp6',
    // As the listeners over TCP: what comes over IPv4 comes to the other socket.
    ipv6Only: family === 'ip6',
    // Addresses, never names: without this every single datagram is looked up.
    lookup: (hostname, _, callback) => callback(null, hostname, family === 'ip4' ? 4 : 6),
  })
  const listening = once(socket, 'listening')
  socket.bind({ address, port, exclusive: true })
  await listening
  // What one datagram did is told to the one who sent it; a socket that is bound goes on after it.
  socket.on('error', () => {})
  try {
    socket.setRecvBufferSize(datagramBufferBytes)
  } catch {
    // Some systems refuse what Linux cuts down: then theirs has to do.
  }
  return socket
}
