/** `medoid status`: how the peers that run here get on. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { askStatus } from '../daemon/control-socket.ts'
import { daemonError } from '../daemon/errors.ts'
import { isRunning, readLock } from '../daemon/state-directory.ts'
import type { DaemonStatus } from '../daemon/status.ts'
import { root } from './choose-data.ts'
import { activity, shortPeer, swarmLine } from './progress-line.ts'

export interface StatusFlags {
  /** One peer's state directory; all that run under `.medoid` where absent. */
  readonly data?: string
  readonly json: boolean
}

export async function status({ data, json }: StatusFlags, print: (line: string) => void): Promise<void> {
  const directories = data === undefined ? await runningUnder(root) : [data]
  if (directories.length === 0) throw daemonError({ code: 'DAEMON_NOT_RUNNING', data: root })
  for (const directory of directories) {
    const found = await askStatus(directory)
    if (json) print(JSON.stringify(found))
    else for (const line of formatStatus(directory, found)) print(line)
  }
}

async function runningUnder(root: string): Promise<string[]> {
  const names = await readdir(root).catch((error) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const running: string[] = []
  for (const data of names.sort().map((name) => join(root, name))) {
    const lock = await readLock(data)
    if (lock !== undefined && isRunning(lock.pid)) running.push(data)
  }
  return running
}

export function formatStatus(directory: string, status: DaemonStatus): string[] {
  const { swarm, members, faults, evaluation, gradient, model, times, datagrams } = status
  const total = times.compute + times.network + times.rule + times.waiting
  const share = (ms: number) => `${total === 0 ? 0 : Math.round((100 * ms) / total)} %`
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
  const spread = (name: string, value: DaemonStatus['model']) =>
    value === undefined ? [] : [`${name.padEnd(10)} spread ${spreadText(value)}`]
  return [
    `peer       ${status.peer} (process ${status.pid}, in ${directory})`,
    `swarm      ${swarm.name} ${swarm.id}`,
    `settings   ${swarmLine(swarm)}, ${swarm.model}`,
    ...(status.role === undefined ? [] : [`role       ${status.role}`]),
    `proof      ${status.standing}`,
    ...quorumText(status),
    ...(status.attack === undefined ? [] : [`attack     ${status.attack}`]),
    `step       ${status.step} of ${swarm.steps}: ${status.phase}, ${activity(status)}`,
    ...(status.backend === undefined ? [] : [`backend    ${status.backend}`]),
    ...spread('gradients', gradient),
    ...spread('models', model),
    ...(evaluation === undefined
      ? []
      : [
          `accuracy   ${evaluation.accuracy.toFixed(4)} at step ${evaluation.step}, on ${evaluation.samples} samples`,
        ]),
    `time       compute ${share(times.compute)}, network ${share(times.network)}, rule ${share(times.rule)}, waiting ${share(times.waiting)}`,
    `rounds     ${status.unprovenRounds} beyond the proof, ${status.fallbackRounds} by trimmed mean instead of the rule; ${status.refusedSteps} steps left the model as it was`,
    `shrinking  ${shrinkingText(status)}`,
    `traffic    ${megabytes(status.bytesIn)} in, ${megabytes(status.bytesOut)} out; memory ${megabytes(status.rssBytes)}`,
    ...(datagrams === undefined
      ? []
      : [
          `datagrams  ${datagrams.sent} sent, ${datagrams.taken} taken, ${Object.values(datagrams.dropped).reduce((sum, count) => sum + count, 0)} dropped`,
        ]),
    ...members.map(
      ({ peer, role, self, connected, lastHeardStep, missed }) =>
        `member     ${shortPeer(peer)} ${role}, ${self ? 'this peer' : connected ? 'connected' : 'away'}, last heard at step ${lastHeardStep}, missed ${missed}`,
    ),
    ...faults.map(({ peer, code, count }) => `fault      ${code} by ${shortPeer(peer)}, ${count} times`),
    '',
  ]
}

/** One exchange shows what came into it and no change. */
function spreadText({ before, after, unproven, exchanges }: NonNullable<DaemonStatus['model']>): string {
  const spreads = [before, ...(after === undefined ? [] : [after])].map((spread) => spread.toPrecision(3))
  const label = unproven === 0 ? [] : [`beyond the proof in ${unproven} of ${exchanges.length} exchanges`]
  return [spreads.join(' -> '), ...label].join(', ')
}

/** What has become of the proof since. */
function quorumText({ quorum, unprovenRounds, outsideProof }: DaemonStatus): string[] {
  if (outsideProof) return []
  return [
    ...(quorum === undefined || quorum.lapses === 0
      ? []
      : [
          `           ${quorum.met ? 'held again' : 'does not hold now'}: ${quorum.lapses} times too few members were here`,
        ]),
    ...(unprovenRounds === 0
      ? []
      : [`           did not hold in ${unprovenRounds} rounds that lost too much`]),
  ]
}

function shrinkingText({ measuredAgreements, unshrunkAgreements }: DaemonStatus): string {
  if (measuredAgreements > 0)
    return `${unshrunkAgreements} of ${measuredAgreements} agreements of several exchanges did not shrink the spread`
  return 'not to be seen: no agreement had more than one exchange, as those of the profiles proven and garfield have'
}
