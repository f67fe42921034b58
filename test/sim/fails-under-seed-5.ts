/** Run by seeded.test.ts as a file of its own, where it fails on purpose: a swarm that talks, and a claim that seed 5 breaks. */
import assert from 'node:assert/strict'
import { chatter, swarm } from './helpers.ts'
import { seeded, seedsUpTo } from './seeded.ts'

seeded(
  'holds for every seed',
  async ({ seed, watch }) => {
    await chatter(watch(swarm({ n: 3, seed })))
    assert.notEqual(seed, 5, 'the claim is wrong')
  },
  { seeds: seedsUpTo(8) },
)
