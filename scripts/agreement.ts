/**
 * Shows what docs/PROOFS.md claims, or finds it wrong: `npx node scripts/agreement.ts [what] [--schedules N] [--seed N]`.
 *
 *     contraction   the worst factor that a search finds in each row, beside the proven one
 *     broadcast     reliable broadcast under every adversary: does anybody deliver anything else?
 *     witness       the common core of any two members
 *     silence       honest vectors missed per round under selective silence, with and without relaying
 *
 * All of them where none is named. Exits 1 if a claim fails; the line then ends in the SEED that shows it.
 */
import { parseArgs } from 'node:util'
import {
  adversaries,
  broadcastFault,
  broadcastSchedule,
  contradict,
  leastCommon,
  type Size,
  witnessSchedule,
} from '../test/agreement/broadcast-schedules.ts'
import { rows, worstOf } from '../test/agreement/contraction-search.ts'
import { selectiveSilence } from '../test/mesh/selective-silence.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { schedules: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
})
const schedules = Number(values.schedules)
const firstSeed = Number(values.seed)
/** Rounding of float32. */
const tolerance = 1e-6
let failures = 0

function contraction(): void {
  print('rule', 'policy', 'n', 'f', 'u', 'q', 'proven', 'worst found', 'by', 'schedules')
  for (const row of rows) {
    const { worst, by } = worstOf(row, schedules, firstSeed)
    const { rule, policy, n, f, late, quorum, proven } = row
    const q = quorum ?? (policy === 'quorum' ? n - f : '')
    const numbers = [proven.toFixed(6), worst.toFixed(6)]
    print(
      rule.text,
      policy,
      n,
      f,
      late,
      q,
      ...numbers,
      by,
      schedules,
      note(worst > proven + tolerance, firstSeed),
    )
  }
}

async function broadcast(): Promise<void> {
  print('n', 'f', 'schedules', 'liar delivered', 'disagreements', 'adversary')
  for (const size of [
    { n: 4, f: 1 },
    { n: 7, f: 2 },
  ])
    for (const adversary of Object.keys(adversaries)) {
      let faults = 0
      let delivered = 0
      let seen: number | undefined
      for (const seed of seeds(size)) {
        const result = await broadcastSchedule(size, adversary, seed)
        if (result[0]?.[0] !== undefined) delivered += 1
        if (broadcastFault(result, size) === undefined) continue
        faults += 1
        seen ??= seed
      }
      print(
        size.n,
        size.f,
        seeds(size).length,
        delivered,
        faults,
        `a liar ${adversary}`,
        note(faults > 0, seen),
      )
    }
}

async function witness(): Promise<void> {
  print('n', 'f', 'schedules', 'n - f', 'least common', 'contradictions', 'adversary')
  for (const size of [
    { n: 4, f: 1 },
    { n: 7, f: 2 },
  ])
    for (const adversary of Object.keys(adversaries)) {
      let least = size.n
      let contradictions = 0
      let seen: number | undefined
      for (const seed of seeds(size)) {
        const gathered = await witnessSchedule(size, adversary, seed)
        if (contradict(gathered)) contradictions += 1
        least = Math.min(least, leastCommon(gathered))
        if (contradict(gathered) || leastCommon(gathered) < size.n - size.f) seen ??= seed
      }
      const counts = [size.n, size.f, seeds(size).length, size.n - size.f, least, contradictions]
      print(...counts, `a liar ${adversary}`, note(seen !== undefined, seen))
    }
}

async function silence(): Promise<void> {
  print('deadline ms', 'relay', 'rounds', 'missed per round')
  const rounds = 200
  for (const deadlineMs of [40, 100, 400, 1000])
    for (const relay of [false, true]) {
      const { perRound } = await selectiveSilence({ relay, deadlineMs, rounds, seed: firstSeed })
      print(
        deadlineMs,
        relay ? 'yes' : 'no',
        rounds,
        perRound.toFixed(3),
        note(relay && perRound > 0, firstSeed),
      )
    }
}

/** Larger swarms say more: fewer schedules take as long. */
function seeds({ n }: Size): number[] {
  const count = n > 4 ? Math.ceil(schedules / 10) : schedules
  return Array.from({ length: count }, (_, i) => firstSeed + i)
}

function note(hasFailed: boolean, seed: number | undefined): string {
  if (!hasFailed) return ''
  failures += 1
  return `FAILED SEED=${seed}`
}

function print(...cells: readonly (string | number)[]): void {
  console.log(
    cells
      .map((cell) => String(cell).padEnd(12))
      .join(' ')
      .trimEnd(),
  )
}

const shows: Readonly<Record<string, () => void | Promise<void>>> = {
  contraction,
  broadcast,
  witness,
  silence,
}
for (const name of positionals.length === 0 ? Object.keys(shows) : positionals) {
  const show = shows[name]
  if (show === undefined) throw new RangeError(`${name} is none of ${Object.keys(shows).join(', ')}`)
  console.log(`\n${name}`)
  await show()
}
process.exit(failures === 0 ? 0 : 1)
