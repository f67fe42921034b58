/** The links of an arm, as the simulator takes them. */
import { constant, exponential, type Latency, logNormal, uniform } from '../sim/latency.ts'
import type { SimOptions } from '../sim/world.ts'
import type { ArmSettings } from './scenario-schema.ts'

export function linksOf({ network }: ArmSettings): Pick<SimOptions, 'latency' | 'link' | 'partitions'> {
  const { bytesPerSecond, loss, retransmitMs, partitions } = network
  const limit = bytesPerSecond === 0 ? {} : { bytesPerSecond }
  return { latency: latencyOf(network), link: { loss, retransmitMs, ...limit }, partitions }
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
