/** What is measured: each rule where somebody would use it, and the sizes that published code is slow at. */

export interface BenchCase {
  /** As `parseRule` reads it. */
  readonly rule: string
  /** The rule's name in torch_rules.py, where it is written there. */
  readonly torch?: string
  readonly n: number
  readonly d: number
  readonly f: number
  /** What keeps it from being faster. */
  readonly limit: string
}

const memory = 'reading memory'
const sorting = 'exchanges of the sorting network'
const means = 'float64 additions of the kept values'
const pairs = 'float64 differences of all pairs'

export const benchCases: readonly BenchCase[] = [
  { rule: 'average', torch: 'average', n: 11, d: 10_000_000, f: 0, limit: memory },
  { rule: 'median', torch: 'median', n: 11, d: 10_000_000, f: 2, limit: sorting },
  { rule: 'median', torch: 'median (byzfl)', n: 11, d: 1_000_000, f: 2, limit: sorting },
  { rule: 'trmean', torch: 'trmean', n: 11, d: 10_000_000, f: 2, limit: means },
  { rule: 'meamed', torch: 'meamed', n: 11, d: 10_000_000, f: 2, limit: means },
  { rule: 'phocas', torch: 'phocas', n: 11, d: 10_000_000, f: 2, limit: means },
  { rule: 'trmean', torch: 'trmean', n: 64, d: 65_536, f: 8, limit: sorting },
  { rule: 'median', torch: 'median', n: 20, d: 1_756_426, f: 4, limit: sorting },
  { rule: 'krum', torch: 'krum', n: 20, d: 1_756_426, f: 4, limit: pairs },
  { rule: 'multikrum', torch: 'multikrum', n: 20, d: 1_756_426, f: 4, limit: pairs },
  { rule: 'mda', n: 20, d: 1_756_426, f: 4, limit: pairs },
  { rule: 'nnm>trmean', torch: 'nnm>trmean', n: 20, d: 1_756_426, f: 4, limit: `${pairs}, ${means}` },
  { rule: 'bulyan', n: 20, d: 1_756_426, f: 4, limit: pairs },
  { rule: 'multikrum', torch: 'multikrum', n: 80, d: 65_536, f: 20, limit: pairs },
  { rule: 'mda', n: 30, d: 2_048, f: 10, limit: 'the search' },
  { rule: 'mda', n: 50, d: 2_048, f: 16, limit: 'the search' },
  { rule: 'geomed:T=8,ftol=0', torch: 'geomed', n: 20, d: 1_756_426, f: 4, limit: 'nine readings of memory' },
  {
    rule: 'centeredclipping:tau=1,L=1',
    torch: 'centeredclipping',
    n: 20,
    d: 1_756_426,
    f: 4,
    limit: 'two readings of memory',
  },
  { rule: 'cge', torch: 'cge', n: 20, d: 1_756_426, f: 4, limit: 'two readings of memory' },
  { rule: 'nnm>trmean', torch: 'nnm>trmean', n: 7, d: 79_510, f: 2, limit: `${pairs}, ${means}` },
  { rule: 'trmean', torch: 'trmean', n: 7, d: 79_510, f: 2, limit: sorting },
]
