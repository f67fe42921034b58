/** Under what network a virtual time is one, in words. */
import { formatBytes } from '../util/format-bytes.ts'
import type { ArmSettings } from './scenario-schema.ts'

type Facts = Pick<ArmSettings, 'network' | 'workMs' | 'slow'>

/** `links of 20 ms, 12.5 MB/s on each, nothing is lost; each computation takes 5 ms` */
export function linksInWords({ network, workMs, slow }: Facts): string {
  const { partitions } = network
  const split = partitions.length === 0 ? [] : [`partitions: ${partitions.length}`]
  const links = [...(network.order === 'timely' ? timedInWords(network) : orderInWords(network)), ...split]
  const computing = workMs === 0 ? 'computing takes no time' : `each computation takes ${workMs} ms`
  const slower = slow.map(({ members, workMs }) => `, ${workMs} ms at ${members.join(', ')}`)
  return `${links.join(', ')}; ${computing}${slower.join('')}`
}

function timedInWords(network: Facts['network']): string[] {
  const { bytesPerSecond } = network
  const bandwidth =
    bytesPerSecond === 0 ? 'no limit on bandwidth' : `${formatBytes(bytesPerSecond)}/s on each`
  return [`links of ${latencyInWords(network)}`, bandwidth, lossInWords(network)]
}

function orderInWords({ order }: Facts['network']): string[] {
  return [`one message arrives each millisecond, in ${order} order`]
}

function latencyInWords({ latency, latencyMs, jitterMs, sigma }: Facts['network']): string {
  switch (latency) {
    case 'constant':
      return `${latencyMs} ms`
    case 'uniform':
      return `${latencyMs} to ${latencyMs + jitterMs} ms`
    case 'exponential':
      return `${latencyMs} ms and an exponential time of mean ${jitterMs} ms`
    case 'log-normal':
      return `a log-normal time of median ${latencyMs} ms, sigma ${sigma}`
    default:
      return latency satisfies never
  }
}

function lossInWords({ loss, lossyMembers, retransmitMs }: Facts['network']): string {
  if (loss === 0 || lossyMembers === 0) return 'nothing is lost'
  const where = lossyMembers === 'all' ? '' : ` at ${lossyMembers} members`
  return `${Number((100 * loss).toPrecision(3))} % lost${where} and repeated after ${retransmitMs} ms`
}
