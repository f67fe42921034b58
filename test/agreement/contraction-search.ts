/**
 * One exchange as arithmetic, and the search for its worst case: honest values, who is missing where, and what liars tell
 * each member. For the tests, which look at some hundred schedules a row, and for `scripts/agreement.ts`.
 *
 * Three adversaries look for it: *corners* (what the proofs say is worst), *chance* (schedules drawn at random), and
 * *climbing* (a schedule that is changed a little as long as it does not get better).
 */
import { contractionOf, type Policy } from '../../src/agreement/contraction.ts'
import { type AgreementRule, parseAgreementRule } from '../../src/agreement/rule.ts'
import { diameter, ranges } from '../../src/gar/spread.ts'
import { permutation, type Random, seededRandom } from '../../src/util/prng.ts'

/** A row of the table of factors. */
export interface Row {
  readonly rule: AgreementRule
  readonly n: number
  readonly f: number
  readonly late: number
  readonly policy: Policy
  /** Vectors that a member goes on with, where that is fewer than n - f. */
  readonly quorum?: number
  /** The proven factor; 1 where n is too small. */
  readonly proven: number
  readonly of: 'coordinate range' | 'diameter'
}

/** Two members, what each is told, and what the honest ones say. */
interface Schedule {
  /** [h][d] */
  readonly honest: readonly Float32Array[]
  readonly views: readonly View[]
}

interface View {
  /** What liars tell this member: [f][d]. Over reliable broadcast the same at all. */
  readonly lies: readonly Float32Array[]
  /** Senders, honest ones first, of whom nothing came in. */
  readonly absent: ReadonlySet<number>
}

export interface Found {
  readonly worst: number
  /** Which adversary found it. */
  readonly by: 'corners' | 'chance' | 'climbing'
  /** Schedules drawn at random. */
  readonly schedules: number
}

/** Rows of one rule at several (n, f, u). */
function rowsOf(
  text: string,
  policy: Policy,
  sizes: readonly (readonly [n: number, f: number, u: number])[],
): Row[] {
  const rule = parseAgreementRule(text)
  return sizes.map(([n, f, late]) => {
    const proven = contractionOf(rule, { n, f, late, policy })
    if (proven === undefined) throw new Error(`nothing is proven of ${text}`)
    return { rule, n, f, late, policy, proven: proven.factor, of: proven.of }
  })
}

/** MDA with any quorum: (h + 4f - q) / (q - f), docs/PROOFS.md 3. */
function mdaQuorum(n: number, f: number, quorum: number): Row {
  const proven = (n - f + 4 * f - quorum) / (quorum - f)
  return { rule: parseAgreementRule('mda'), n, f, late: f, policy: 'quorum', quorum, proven, of: 'diameter' }
}

const u0 = (sizes: readonly (readonly [number, number])[]) => sizes.map(([n, f]) => [n, f, 0] as const)
const uf = (sizes: readonly (readonly [number, number])[]) => sizes.map(([n, f]) => [n, f, f] as const)

/** Every row: each rule and policy, u from 0 to f at the least n that admits it, and one row below the bound. */
export const rows: readonly Row[] = [
  ...rowsOf(
    'trmean',
    'synchronous',
    u0([
      [4, 1],
      [7, 1],
      [7, 2],
      [10, 1],
      [10, 3],
      [13, 2],
      [13, 4],
      [20, 3],
      [26, 5],
    ]),
  ),
  ...rowsOf('trmean', 'synchronous', [
    [6, 1, 1],
    [9, 2, 1],
    [11, 2, 2],
    [12, 3, 1],
    [14, 3, 2],
    [16, 3, 3],
    [4, 1, 1],
  ]),
  ...rowsOf(
    'trmean',
    'quorum',
    uf([
      [6, 1],
      [7, 1],
      [10, 1],
      [11, 2],
      [13, 2],
      [20, 3],
      [26, 5],
    ]),
  ),
  ...rowsOf(
    'trmean',
    'reliable',
    u0([
      [4, 1],
      [7, 1],
      [7, 2],
      [10, 3],
      [13, 4],
      [26, 5],
    ]),
  ),
  ...rowsOf('midpoint', 'synchronous', [
    [4, 1, 0],
    [7, 2, 0],
    [13, 4, 0],
    [6, 1, 1],
    [11, 2, 2],
  ]),
  ...rowsOf(
    'midpoint',
    'quorum',
    uf([
      [6, 1],
      [11, 2],
    ]),
  ),
  ...rowsOf(
    'midpoint',
    'reliable',
    u0([
      [4, 1],
      [7, 2],
    ]),
  ),
  ...rowsOf(
    'mda',
    'synchronous',
    u0([
      [5, 1],
      [7, 1],
      [9, 2],
      [13, 3],
    ]),
  ),
  ...rowsOf(
    'mda',
    'quorum',
    uf([
      [7, 1],
      [10, 1],
      [13, 2],
      [20, 3],
    ]),
  ),
  mdaQuorum(13, 1, 10),
  mdaQuorum(20, 2, 16),
]

/** The worst that the three adversaries find in `schedules` schedules, half as many steps of climbing, and all corners. */
export function worstOf(row: Row, schedules: number, seed: number): Found {
  const random = seededRandom(
    seed,
    'contraction',
    row.rule.text,
    row.policy,
    row.n,
    row.f,
    row.late,
    row.quorum ?? 0,
  )
  let found: Found = { worst: 0, by: 'corners', schedules }
  const look = (by: Found['by'], schedule: Schedule) => {
    const factor = factorOf(row, schedule)
    if (factor > found.worst) found = { ...found, worst: factor, by }
    return factor
  }
  for (const schedule of corners(row)) look('corners', schedule)
  for (let i = 0; i < schedules; i++) look('chance', drawn(row, random))
  const restarts = 10
  for (let i = 0; i < restarts; i++) {
    let best = drawn(row, random)
    let worst = factorOf(row, best)
    for (let step = 0; step < schedules / 2 / restarts; step++) {
      const next = changed(row, best, random)
      const factor = look('climbing', next)
      if (factor < worst) continue
      worst = factor
      best = next
    }
  }
  return found
}

/** What this exchange leaves of the honest spread; of the coordinate that fares worst. */
function factorOf({ rule, f, of }: Row, { honest, views }: Schedule): number {
  const results = views.map(({ lies, absent }) =>
    rule.aggregate(
      [...honest, ...lies].filter((_, sender) => !absent.has(sender)),
      f,
    ),
  )
  if (of === 'diameter') {
    const before = diameter(honest)
    return before === 0 ? 0 : diameter(results) / before
  }
  const before = ranges(honest)
  const left = ranges(results).filter((_, k) => isWide(before[k]))
  const wide = before.filter(isWide)
  return left.reduce((worst, range, k) => Math.max(worst, range / (wide[k] ?? 1)), 0)
}

/** Results are float32, so a factor is exact to 1e-6 only where the honest range is not small beside the values. */
function isWide(range = 0): boolean {
  return range >= 0.5
}

/** Coordinates of a schedule: independent ones where the rule treats them so, and a plane otherwise. */
const dimension = ({ of }: Row) => (of === 'diameter' ? 2 : 8)

function drawn(row: Row, random: Random): Schedule {
  const { n, f, policy } = row
  const d = dimension(row)
  const style = random.below(3)
  const value = () =>
    style === 0 ? random.normal() : style === 1 ? Math.round(random.uniform()) : random.uniform()
  const vectors = (count: number, make: () => number) =>
    Array.from({ length: count }, () => Float32Array.from({ length: d }, make))
  const honest = vectors(n - f, value)
  const draw = absences(row, random)
  const far = () => value() + (random.below(2) === 0 ? 1 : -1) * 10 ** random.below(4)
  const lie = () => (random.uniform() < 0.5 ? value() : far())
  const shared = vectors(f, lie)
  const view = (): View => ({ lies: policy === 'reliable' ? shared : vectors(f, lie), absent: draw() })
  return { honest, views: [view(), view()] }
}

/** How a member's absent senders are drawn: as many as the policy allows, any of them. */
function absences({ n, f, late, policy, quorum = n - f }: Row, random: Random): () => ReadonlySet<number> {
  const some = (count: number, of: number) => [...permutation(of, random)].slice(0, count)
  const honest = n - f
  if (policy === 'quorum') return () => new Set(some(n - quorum, n))
  if (policy === 'reliable') {
    // What is not in the common core of n - f may be missing at one, at the other, or at both.
    const outside = some(f, n)
    return () => new Set(outside.filter(() => random.uniform() < 0.5))
  }
  return () => {
    const missing = some(random.below(late + 1), honest)
    const silent = some(random.below(f - missing.length + 1), f).map((liar) => honest + liar)
    return new Set([...missing, ...silent])
  }
}

/** The schedule with one value or one member's absences changed. */
function changed(row: Row, { honest, views }: Schedule, random: Random): Schedule {
  const k = random.below(dimension(row))
  const values = [0, 1, -1, 2, random.uniform(), random.normal(), 1e3, -1e3]
  const altered = (vectors: readonly Float32Array[], choices: number) => {
    const value = values[random.below(choices)] ?? 0
    const which = random.below(vectors.length)
    return vectors.map((vector, i) => (i === which ? vector.with(k, value) : vector))
  }
  if (random.uniform() < 0.4) return { honest: altered(honest, 6), views }
  const which = random.below(views.length)
  const isShared = row.policy === 'reliable'
  if (random.uniform() < 0.7) {
    const lies = altered(views[which]?.lies ?? [], values.length)
    return { honest, views: views.map((view, i) => (isShared || i === which ? { ...view, lies } : view)) }
  }
  const draw = absences(row, random)
  return {
    honest,
    views: views.map((view, i) => (isShared || i === which ? { ...view, absent: draw() } : view)),
  }
}

function corners(row: Row): Schedule[] {
  if (row.of === 'diameter') return clusters(row)
  return row.policy === 'reliable' ? [outsideTheCore(row)] : steps(row)
}

/**
 * docs/PROOFS.md 2: the honest values are a step, one for each coordinate; one member lacks the least of them and hears
 * liars above, the other lacks the greatest and hears liars below.
 */
function steps({ n, f, late, policy }: Row): Schedule[] {
  const h = n - f
  const honest = Array.from({ length: h }, (_, i) =>
    Float32Array.from({ length: h - 1 }, (_, step) => (i > step ? 1 : 0)),
  )
  const lies = (value: number) => Array.from({ length: f }, () => new Float32Array(h - 1).fill(value))
  const range = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i)
  const schedules: Schedule[] = []
  for (let missing = 0; missing <= late; missing++)
    for (let silent = 0; silent <= f - missing; silent++) {
      if (policy === 'quorum' && missing + silent !== f) continue
      const mute = range(h, silent)
      const high: View = { lies: lies(1e3), absent: new Set([...range(0, missing), ...mute]) }
      const low: View = { lies: lies(-1e3), absent: new Set([...range(h - missing, missing), ...mute]) }
      schedules.push({ honest, views: [high, low] })
    }
  return schedules
}

/** docs/PROOFS.md 10 and 11: f of a core of n - f are high, and one member has f more that are high, the other none. */
function outsideTheCore({ n, f }: Row): Schedule {
  const senders = (high: number) => Array.from({ length: n }, (_, i) => Float32Array.of(i < n - high ? 0 : 1))
  const all = senders(2 * f)
  const [honest, lies] = [[...all.slice(0, n - 2 * f), ...all.slice(n - f)], all.slice(n - 2 * f, n - f)]
  const last = new Set(Array.from({ length: f }, (_, i) => n - 2 * f + i))
  return {
    honest,
    views: [
      { lies, absent: new Set() },
      { lies, absent: last },
    ],
  }
}

/** Two honest clusters; each member hears one of them as well as it can, with liars beyond it. */
function clusters(row: Row): Schedule[] {
  const { n, f, policy, quorum = n - f } = row
  const h = n - f
  const at = (x: number) => Float32Array.of(x, 0)
  const missing = policy === 'quorum' ? n - quorum : 0
  const schedules: Schedule[] = []
  for (let low = 1; low < h; low++)
    for (const beyond of [0, 0.25, 0.5, 0.75, 1]) {
      const honest = Array.from({ length: h }, (_, i) => at(i < low ? 0 : 1))
      const absent = (from: number) => new Set(Array.from({ length: missing }, (_, i) => from + i))
      const lies = (x: number) => Array.from({ length: f }, () => at(x))
      const views = [
        { lies: lies(-beyond), absent: absent(h - missing) },
        { lies: lies(1 + beyond), absent: absent(0) },
      ]
      schedules.push({ honest, views })
    }
  return schedules
}
