/**
 * What Kardam's filters cost where nobody lies: `npx node scripts/kardam.ts [--seeds N]` prints the table of
 * docs/protocols/kardam.md. Updates lost are those that would have been made in the same time with f = 0; the paper bounds
 * them by f/n.
 */
import { parseArgs } from 'node:util'
import type { KardamReport } from '../src/agreement/kardam/kardam-server.ts'
import { constant, exponential } from '../src/sim/latency.ts'
import { type ProtocolSwarm, runProtocol } from '../test/agreement/protocol-swarm.ts'

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '10' } } })
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1)

const steps = 300
/** Workers take 10 ms and an exponential time of 30 ms more for a gradient, the server no time. */
const workMs = (member: number) => (member === 0 ? constant(0) : exponential(30, 10))
const data: Readonly<Record<string, Partial<ProtocolSwarm>>> = {
  noise: { noise: 1, rate: 0.02, apart: 0 },
  both: { noise: 0.3, rate: 0.1, apart: 0.3 },
}
const sizes = [
  [4, 1],
  [7, 2],
  [10, 3],
  [10, 1],
] as const

print('n, f', 'f/n', 'data', 'updates lost', 'gradients dropped', 'mean tau')
for (const [name, task] of Object.entries(data))
  for (const [n, f] of sizes) {
    const total = { ms: 0, msWithout: 0, judged: 0, taken: 0, staleness: 0 }
    for (const seed of seeds) {
      const options = { ...task, protocol: 'kardam', n, steps, workMs, seed }
      const run = await runProtocol({ ...options, f })
      const reports = (run.reports[0] ?? []) as readonly KardamReport[]
      total.ms += run.world.clock.now()
      total.msWithout += (await runProtocol({ ...options, f: 0 })).world.clock.now()
      for (const { step, taken, judged } of reports) {
        total.judged += judged.length
        total.taken += taken.length
        for (const one of taken) total.staleness += step - one.step
      }
    }
    const lost = 1 - total.msWithout / total.ms
    const dropped = 1 - total.taken / total.judged
    const tau = total.staleness / total.taken
    print(`${n}, ${f}`, (f / n).toFixed(2), name, lost.toFixed(2), dropped.toFixed(2), tau.toFixed(1))
  }

function print(...cells: readonly string[]): void {
  console.log(cells.map((cell) => cell.padEnd(18)).join(''))
}
