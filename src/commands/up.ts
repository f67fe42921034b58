/** `medoid up`: runs one peer, from its key to its model, and shows how it gets on. */
import { type DaemonOptions, runDaemon } from '../daemon/daemon.ts'
import type { DaemonReport } from '../daemon/report.ts'
import type { DaemonStatus } from '../daemon/status.ts'
import { createLog, type LogFormat, type LogLevel } from '../util/log.ts'
import { writeWhole } from '../util/write-file.ts'
import { chooseData } from './choose-data.ts'
import { progressLine } from './progress-line.ts'
import type { Screen } from './screen.ts'

export interface UpOptions extends Omit<DaemonOptions, 'data' | 'log' | 'onRunning'> {
  /** The state directory; a free one of `.medoid` where absent. */
  readonly data: string | undefined
  readonly logLevel: LogLevel
  readonly logFormat: LogFormat
  /** Where to write the report. */
  readonly report: string | undefined
  /** Prints the status as lines of JSON instead of text for people. */
  readonly json: boolean
  readonly screen: Screen
  /** Takes log lines where the screen does not: stderr. */
  readonly writeLog: (line: string) => void
}

/** How often the live line is rewritten, and how often a plain one is printed. */
const liveMs = 200
const plainMs = 5_000

export async function up(options: UpOptions): Promise<DaemonReport> {
  const { logLevel, logFormat, json, screen, writeLog } = options
  const data = options.data ?? (await chooseData(options.origin))
  let timer: NodeJS.Timeout | undefined
  const tick = (status: () => DaemonStatus) => {
    if (json) screen.print(JSON.stringify(status()))
    else if (screen.isLive) screen.show([progressLine(status())])
    else screen.print(progressLine(status()))
  }
  try {
    const report = await runDaemon({
      ...options,
      data,
      log: createLog({ level: logLevel, format: logFormat, write: writeLog }),
      onRunning(status) {
        if (!json) for (const line of introduction(data, status())) screen.print(line)
        tick(status)
        timer = setInterval(() => tick(status), screen.isLive && !json ? liveMs : plainMs)
      },
    })
    if (json) screen.print(JSON.stringify(report))
    else for (const line of conclusion(report)) screen.print(line)
    if (options.report !== undefined) await writeWhole(options.report, JSON.stringify(report, undefined, 2))
    return report
  } finally {
    clearInterval(timer)
    screen.settle()
  }
}

function introduction(data: string, { peer, swarm, addresses, standing, attack }: DaemonStatus): string[] {
  const address = addresses.find((text) => !text.startsWith('/ip4/127.')) ?? addresses[0]
  return [
    `swarm   ${swarm.name}: ${swarm.n} members, f = ${swarm.f}, ${swarm.rule} on gradients, ${swarm.modelRule} on models`,
    `id      ${swarm.id}`,
    `peer    ${peer} in ${data}${attack === undefined ? '' : `, attacking: ${attack}`}`,
    ...addresses.map((address) => `listen  ${address}`),
    `proof   ${standing}`,
    `join    medoid up --join ${address} --swarm-id ${swarm.id}`,
  ]
}

function conclusion({ evaluation, modelPath, swarm, seconds }: DaemonReport): string[] {
  const took = `${swarm.steps} steps in ${seconds.toFixed(0)} s`
  if (modelPath === undefined || evaluation === undefined) return [`done    ${took}`]
  const share = `${evaluation.accuracy.toFixed(4)} of ${evaluation.samples} test samples right`
  return [`done    ${took}, ${share}`, `model   ${modelPath}`]
}
