/** The links of an arm, and how long its members compute, as the simulator takes them. */
import { constant, exponential, type Latency, logNormal, uniform } from '../sim/latency.ts'
import type { SimOptions } from '../sim/world.ts'
import type { ArmSettings } from './scenario-schema.ts'

/** @param servers how many members come before those that train */
export function linksOf(
  { network }: ArmSettings,
  servers: number,
): Pick<SimOptions, 'latency' | 'link' | 'partitions'> {
  const { bytesPerSecond, loss, lossyMembers, retransmitMs, partitions } = network
  const limit = bytesPerSecond === 0 ? {} : { bytesPerSecond }
  const common = { latency: latencyOf(network), partitions }
  const lossy = { loss, retransmitMs, ...limit }
  if (lossyMembers === 'all') return { ...common, link: lossy }
  const sound = { ...lossy, loss: 0 }
  const isLossy = (position: number) => position >= servers && position < servers + lossyMembers
  return { ...common, link: (from, to) => (isLossy(from) || isLossy(to) ? lossy : sound) }
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
