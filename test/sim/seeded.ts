/**
 * Tests of simulated runs. One that fails says `SEED=...` and the last lines of its traces; the same number in the
 * environment runs it again, delivery by delivery: `SEED=7 npx node --test test/sim/links.test.ts`.
 */
import { test } from 'node:test'
import { tailLength } from '../../src/sim/trace.ts'
import type { SimWorld } from '../../src/sim/world.ts'

export interface Seeded {
  readonly seed: number
  /** The trace of this world is shown where the test fails. */
  watch<W extends SimWorld>(world: W): W
  /** For runs that keep their world to themselves: the last lines that it took are shown where the test fails. */
  readonly onTrace: (line: string) => void
}

/** For helpers that make a world, and are called without a test around them. */
export const unwatched: Seeded['watch'] = (world) => world

/** The seeds 1 to `count`. */
export function seedsUpTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i + 1)
}

/**
 * A test over each of `seeds`, or over the one that the environment names. What else draws, such as a property of fast-check,
 * is to take its seed.
 */
export function seeded(
  title: string,
  body: (seeded: Seeded) => Promise<void> | void,
  { seeds = [1] }: { readonly seeds?: readonly number[] } = {},
): void {
  test(title, async () => {
    for (const seed of seedsIn(process.env, seeds)) await underSeed(seed, body)
  })
}

const most = 0xffffffff

/**
 * The seeds to run: those of the test, unless `SEED` is set.
 *
 * @throws where that is no seed: NaN would be one that nobody asked for, and the test would pass under it
 */
export function seedsIn(
  environment: Readonly<Record<string, string | undefined>>,
  seeds: readonly number[],
): readonly number[] {
  const { SEED } = environment
  if (SEED === undefined) return seeds
  if (!/^\d{1,10}$/.test(SEED) || Number(SEED) > most)
    throw new RangeError(`SEED is "${SEED}" and must be a whole number from 0 to ${most}`)
  return [Number(SEED)]
}

/** Runs `body`; where it fails, its error says how to come back to it. */
export async function underSeed(seed: number, body: (seeded: Seeded) => Promise<void> | void): Promise<void> {
  const worlds: SimWorld[] = []
  const lines: string[] = []
  const watch: Seeded['watch'] = (world) => {
    worlds.push(world)
    return world
  }
  const onTrace: Seeded['onTrace'] = (line) => {
    lines.push(line)
    if (lines.length > tailLength) lines.shift()
  }
  try {
    await body({ seed, watch, onTrace })
  } catch (error) {
    const told = lines.length === 0 ? [] : ['the last deliveries:', ...lines]
    const reason = error instanceof Error ? error.message : String(error)
    // A new error: of one that was thrown already, reports show the message that it was made with.
    throw new Error([reason, `SEED=${seed}`, ...tails(worlds), ...told].join('\n'), { cause: error })
  }
}

function tails(worlds: readonly SimWorld[]): string[] {
  return worlds.flatMap(({ trace }) => [
    `the last of ${trace.deliveries} deliveries, trace ${trace.hash}:`,
    ...trace.tail(),
  ])
}
