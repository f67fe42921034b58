/** Where datagrams come from and go to, read off the multiaddrs of TCP. */
import { lookup } from 'node:dns/promises'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import type { Ports } from '../gossip/datagram-key-frames.ts'

export type Family = keyof Ports

export interface Endpoint {
  readonly family: Family
  /** A number, never a name. */
  readonly address: string
  readonly port: number
}

type Place = Omit<Endpoint, 'port'>

/**
 * What to bind for a host that listens on these multiaddrs: for each family the same address and the same number; of several
 * addresses the one that stands for all.
 */
export function placesToBind(listen: readonly string[]): readonly Endpoint[] {
  const places = listen.flatMap((text) => {
    const address = multiaddr(text)
    const place = placeIn(address)
    return place === undefined ? [] : [{ ...place, port: Number(valueIn(address, 'tcp') ?? 0) }]
  })
  return [...new Set(places.map(({ family }) => family))].map((family) => {
    const ofFamily = places.filter((place) => place.family === family)
    const [first = '', ...others] = new Set(ofFamily.map(({ address }) => address))
    const any = family === 'ip4' ? '0.0.0.0' : '::'
    return { family, address: others.length === 0 ? first : any, port: ofFamily[0]?.port ?? 0 }
  })
}

/**
 * Where the member at the other end of a connection, `remote`, receives at one of `ports`; undefined where it does not, over
 * the family of that connection, or this peer does not: it has its own ports.
 */
export async function endpointAt(remote: Multiaddr, ports: Ports, own: Ports): Promise<Endpoint | undefined> {
  const place = placeIn(remote) ?? (await resolved(remote))
  if (place === undefined || ports[place.family] === 0 || own[place.family] === 0) return undefined
  return { ...place, port: ports[place.family] }
}

function placeIn(address: Multiaddr): Place | undefined {
  const ip4 = valueIn(address, 'ip4')
  if (ip4 !== undefined) return { family: 'ip4', address: ip4 }
  const ip6 = valueIn(address, 'ip6')
  const zone = valueIn(address, 'ip6zone')
  if (ip6 === undefined) return undefined
  return { family: 'ip6', address: zone === undefined ? ip6 : `${ip6}%${zone}` }
}

/** A member that was dialled by name. */
async function resolved(address: Multiaddr): Promise<Place | undefined> {
  const names = [
    ['dns4', 4],
    ['dns6', 6],
    ['dns', 0],
  ] as const
  for (const [name, asked] of names) {
    const host = valueIn(address, name)
    if (host === undefined) continue
    const found = await lookup(host, { family: asked }).catch(() => undefined)
    return found && { family: found.family === 4 ? 'ip4' : 'ip6', address: found.address }
  }
  return undefined
}

function valueIn(address: Multiaddr, name: string): string | undefined {
  return address.getComponents().find((component) => component.name === name)?.value
}
