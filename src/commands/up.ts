/** `medoid up`: runs one peer, from its key to its model, and shows how it gets on. */
import { parseAttack } from '../attack/attacks.ts'
import type { AttackChoice } from '../daemon/attacker.ts'
import { runDaemon } from '../daemon/daemon.ts'
import type { DaemonReport } from '../daemon/report.ts'
import type { DaemonStatus } from '../daemon/status.ts'
import type { Kernels } from '../gar/kernels/kernels.ts'
import type { BackendChoice } from '../model/learner-options.ts'
import { isScriptPath, readScriptFile } from '../scenario/script-file.ts'
import { createLog, type LogFormat, type LogLevel } from '../util/log.ts'
import { writeWhole } from '../util/write-file.ts'
import { chooseData } from './choose-data.ts'
import { type OriginFlags, originOf } from './origin.ts'
import { progressLine, swarmLine } from './progress-line.ts'
import type { Screen } from './screen.ts'

/** What `medoid up` can be told; texts as they were typed. */
export interface UpFlags extends OriginFlags {
  /** The state directory; a free one of `.medoid` where absent. */
  readonly data?: string
  readonly listen: readonly string[]
  readonly announce: readonly string[]
  readonly dataset?: string
  readonly backend: BackendChoice
  /** Of the rules; all processors and the fastest there are where absent. */
  readonly threads?: number
  readonly kernels?: Kernels['name']
  readonly attack?: string
  readonly colluders: readonly string[]
  readonly outsideProof: boolean
  /** Where to write the report. */
  readonly report?: string
  /** Prints the status as lines of JSON instead of text for people. */
  readonly json: boolean
  readonly logLevel: LogLevel
  readonly log: LogFormat
}

export interface UpSurroundings {
  readonly screen: Screen
  /** Takes log lines. */
  readonly writeLog: (line: string) => void
  /** Leaves the swarm. */
  readonly signal: AbortSignal
}

/** On all interfaces, at a free port. */
const listenAnywhere = ['/ip4/0.0.0.0/tcp/0']

/** How often the live line is rewritten, and how often a plain one is printed. */
const liveMs = 200
const plainMs = 5_000

export async function up(
  flags: UpFlags,
  { screen, writeLog, signal }: UpSurroundings,
): Promise<DaemonReport> {
  const origin = await originOf(flags)
  const data = flags.data ?? (await chooseData(origin))
  const attack = flags.attack === undefined ? undefined : await attackOf(flags.attack, flags.colluders)
  const show = (status: DaemonStatus) => {
    if (flags.json) screen.print(JSON.stringify(status))
    else if (screen.isLive) screen.show([progressLine(status)])
    else screen.print(progressLine(status))
  }
  let timer: NodeJS.Timeout | undefined
  try {
    const report = await runDaemon({
      data,
      origin,
      listen: flags.listen.length === 0 ? listenAnywhere : flags.listen,
      announce: flags.announce,
      backend: flags.backend,
      rules: {
        ...(flags.threads === undefined ? {} : { threads: flags.threads }),
        ...(flags.kernels === undefined ? {} : { kernels: flags.kernels }),
      },
      dataset: flags.dataset,
      attack,
      outsideProof: flags.outsideProof,
      log: createLog({ level: flags.logLevel, format: flags.log, write: writeLog }),
      onRunning(status) {
        if (!flags.json) for (const line of introduction(data, status())) screen.print(line)
        show(status())
        timer = setInterval(() => show(status()), screen.isLive && !flags.json ? liveMs : plainMs)
      },
      signal,
    })
    if (flags.report !== undefined) await writeWhole(flags.report, JSON.stringify(report, undefined, 2))
    if (flags.json) screen.print(JSON.stringify(report))
    else for (const line of conclusion(report)) screen.print(line)
    if (report.failure !== undefined) throw new Error(report.failure.message)
    return report
  } finally {
    clearInterval(timer)
    screen.settle()
  }
}

/** Of the table, or a script's. @throws ATTACK_* */
async function attackOf(text: string, colluders: readonly string[]): Promise<AttackChoice> {
  const kind = isScriptPath(text) ? (await readScriptFile(text)).attack : parseAttack(text)
  return { kind, colluders }
}

/** What is printed when the peer runs; the last line is what another one types to join it. */
export function introduction(
  data: string,
  status: Pick<DaemonStatus, 'peer' | 'swarm' | 'addresses' | 'standing' | 'outsideProof' | 'attack'>,
): string[] {
  const { peer, swarm, addresses, standing, outsideProof, attack } = status
  const address = addresses.find((text) => !text.startsWith('/ip4/127.')) ?? addresses[0]
  return [
    `swarm   ${swarm.name}: ${swarmLine(swarm)}`,
    `id      ${swarm.id}`,
    `peer    ${peer} in ${data}${attack === undefined ? '' : `, attacking: ${attack}`}`,
    ...addresses.map((address) => `listen  ${address}`),
    `proof   ${standing}`,
    `join    medoid up --join ${address} --swarm-id ${swarm.id}${outsideProof ? ' --outside-proof' : ''}`,
  ]
}

function conclusion({ evaluation, modelPath, step, seconds }: DaemonReport): string[] {
  const took = `${step} steps in ${seconds.toFixed(0)} s`
  if (modelPath === undefined || evaluation === undefined) return [`done    ${took}`]
  const share = `${evaluation.accuracy.toFixed(4)} of ${evaluation.samples} test samples right`
  return [`done    ${took}, ${share}`, `model   ${modelPath}`]
}
