/** One line that says how a peer gets on: the same in `up`, `status` and the demo's table. */
import type { DaemonStatus } from '../daemon/status.ts'

export function progressLine(status: DaemonStatus): string {
  const { phase, step, swarm, members, model, evaluation, faults } = status
  const away = members.filter(({ connected }) => !connected).length
  const count = faults.reduce((sum, { count }) => sum + count, 0)
  return [
    phase === 'learning' ? `step ${step}/${swarm.steps}` : phase,
    activity(status),
    ...(members.length === 0 ? [] : [`${members.length - away}/${members.length} connected`]),
    ...(model === undefined ? [] : [`spread ${(model.after ?? model.before).toPrecision(3)}`]),
    ...(evaluation === undefined
      ? []
      : [`accuracy ${evaluation.accuracy.toFixed(4)} at step ${evaluation.step}`]),
    ...(status.unprovenRounds === 0 ? [] : [`${status.unprovenRounds} rounds beyond the proof`]),
    ...(count === 0 ? [] : [`${count} faults`]),
  ].join(' | ')
}

/** What the peer does, and for whom it waits. */
export function activity({ doing, waitingFor, stalled }: DaemonStatus): string {
  if (waitingFor.length === 0) return doing
  const who = waitingFor.length > 3 ? `${waitingFor.length} peers` : waitingFor.map(shortPeer).join(', ')
  return `${stalled ? 'stalled' : doing}, waiting for ${who}`
}

/** The end of a peer id tells peers apart; the beginning is the same for all. */
export function shortPeer(peer: string): string {
  return `…${peer.slice(-6)}`
}

/** Who is in the swarm, and what its protocol makes of what they say. */
export function swarmLine({ n, f, servers, protocol, combines }: DaemonStatus['swarm']): string {
  const beside = servers.length === 0 ? '' : ` beside ${counted(servers)}`
  const rules = combines.map(({ phase, rule }) => `${rule} on ${phase}s`)
  return [`${protocol}: n = ${n}${beside}, f = ${f}`, ...rules].join(', ')
}

/** `5 servers`; `1 first-server, 1 second-server, 1 dealer`. */
function counted(roles: readonly string[]): string {
  return [...new Set(roles)]
    .map((role) => {
      const count = roles.filter((one) => one === role).length
      return count === 1 ? `1 ${role}` : `${count} ${role}s`
    })
    .join(', ')
}
