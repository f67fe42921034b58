/**
 * Tests of simulated runs. One that fails says `SEED=...` and the last lines of its traces; the same number in the
 * environment runs it again, delivery by delivery: `SEED=7 npx node --test test/sim/links.test.ts`.
 */
import { test } from 'node:test'
import type { SimWorld } from '../../src/sim/world.ts'

export interface Seeded {
  readonly seed: number
  /** The trace of this world is shown where the test fails. */
  watch(world: SimWorld): SimWorld
}

/** A test over each of `seeds`, or over the one that the environment names. */
export function seeded(
  title: string,
  body: (seeded: Seeded) => Promise<void> | void,
  { seeds = [1] }: { readonly seeds?: readonly number[] } = {},
): void {
  test(title, async () => {
    for (const seed of seedsIn(process.env, seeds)) await underSeed(seed, body)
  })
}

/** The seeds to run: those of the test, unless `SEED` is set. */
export function seedsIn(
  environment: Readonly<Record<string, string | undefined>>,
  seeds: readonly number[],
): readonly number[] {
  const { SEED } = environment
  return SEED === undefined ? seeds : [Number(SEED)]
}

/** Runs `body`; where it fails, its error says how to come back to it. */
export async function underSeed(seed: number, body: (seeded: Seeded) => Promise<void> | void): Promise<void> {
  const worlds: SimWorld[] = []
  const watch = (world: SimWorld) => {
    worlds.push(world)
    return world
  }
  try {
    await body({ seed, watch })
  } catch (error) {
    if (error instanceof Error) error.message = [error.message, `SEED=${seed}`, ...tails(worlds)].join('\n')
    throw error
  }
}

function tails(worlds: readonly SimWorld[]): string[] {
  return worlds.flatMap(({ trace }) => [
    `the last of ${trace.deliveries} deliveries, trace ${trace.hash}:`,
    ...trace.tail(),
  ])
}
