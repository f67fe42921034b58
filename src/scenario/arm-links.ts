/** The links of an arm, and how long its members compute, as the simulator takes them. */
import type { Schedule } from '../sim/chosen-line.ts'
import { constant, exponential, type Latency, logNormal, uniform } from '../sim/latency.ts'
import { memberName, type SimOptions } from '../sim/world.ts'
import { adversarialOrder, randomOrder } from './message-orders.ts'
import type { ArmSettings } from './scenario-schema.ts'

/**
 * @param roles of all members, servers first
 * @param attacks by position
 */
export function linksOf(
  settings: ArmSettings,
  roles: readonly string[],
  attacks: ReadonlyMap<number, unknown>,
): Pick<SimOptions, 'latency' | 'link' | 'partitions' | 'asynchronous'> {
  const { n, network } = settings
  const { order, patience, partitions } = network
  if (order === 'timely') return { ...timedLinksOf(network, roles.length - n), partitions }
  return { partitions, asynchronous: { schedule: orderOf(order, settings, roles, attacks), patience } }
}

function timedLinksOf(
  network: ArmSettings['network'],
  servers: number,
): Pick<SimOptions, 'latency' | 'link'> {
  const { bytesPerSecond, loss, lossyMembers, retransmitMs } = network
  const limit = bytesPerSecond === 0 ? {} : { bytesPerSecond }
  const latency = latencyOf(network)
  const lossy = { loss, retransmitMs, ...limit }
  if (lossyMembers === 'all') return { latency, link: lossy }
  const sound = { ...lossy, loss: 0 }
  const isLossy = (position: number) => position >= servers && position < servers + lossyMembers
  return { latency, link: (from, to) => (isLossy(from) || isLossy(to) ? lossy : sound) }
}

function orderOf(
  order: 'random' | 'adversarial',
  { f, seed }: ArmSettings,
  roles: readonly string[],
  attacks: ReadonlyMap<number, unknown>,
): Schedule {
  if (order === 'random') return randomOrder(seed)
  const peers = roles.map((_, position) => memberName(position, roles.length))
  const liars = new Set(peers.filter((_, position) => attacks.has(position)))
  return adversarialOrder({ honest: peers.filter((peer) => !liars.has(peer)), liars, f })
}

/** Nothing where nobody takes any time. */
export function workOf({ workMs, slow }: ArmSettings): Pick<SimOptions, 'workMs'> {
  const own = new Map(slow.flatMap(({ members, workMs }) => members.map((position) => [position, workMs])))
  if (workMs === 0 && own.size === 0) return {}
  return { workMs: (position) => constant(own.get(position) ?? workMs) }
}

function latencyOf({ latency, latencyMs, jitterMs, sigma }: ArmSettings['network']): Latency {
  switch (latency) {
    case 'constant':
      return constant(latencyMs)
    case 'uniform':
      return uniform(latencyMs, latencyMs + jitterMs)
    case 'exponential':
      return exponential(jitterMs, latencyMs)
    case 'log-normal':
      return logNormal(latencyMs, sigma)
    default:
      return latency satisfies never
  }
}
