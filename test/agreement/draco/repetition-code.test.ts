/** The repetition code by itself: groups, sums and the vote. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  GroupVote,
  groupMembers,
  groupOf,
  meanOfSums,
  sumOf,
} from '../../../src/agreement/draco/repetition-code.ts'

test('every worker is in one group, and a group has 2s+1 workers', () => {
  for (const [n, s] of [
    [3, 1],
    [9, 1],
    [15, 2],
    [4, 0],
  ] as const) {
    const groups = Array.from({ length: n / (2 * s + 1) }, (_, group) => groupMembers(group, s))
    assert.deepEqual(
      groups.flat(),
      Array.from({ length: n }, (_, i) => i),
    )
    for (const [group, members] of groups.entries())
      for (const member of members) assert.equal(groupOf(member, s), group)
  }
})

test('the honest digest wins in every order of votes, whatever s liars vote for', () => {
  const liarsVote = fc.constantFrom('a', 'b', 'c')
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.nat(), fc.infiniteStream(liarsVote), (s, seed, lies) => {
      const votes = Array.from({ length: 2 * s + 1 }, (_, worker) => ({
        worker,
        digest: worker <= s ? 'honest' : (lies.next().value ?? 'a'),
      })).sort((x, y) => ((x.worker * 7919 + seed) % 101) - ((y.worker * 7919 + seed) % 101))
      const vote = new GroupVote(s)
      for (const { worker, digest } of votes) {
        assert.equal(vote.isHopeless, false)
        vote.cast(worker, digest)
      }
      assert.equal(vote.winner?.digest, 'honest')
      assert.deepEqual(
        vote.winner.voters.toSorted((a, b) => a - b),
        Array.from({ length: s + 1 }, (_, i) => i),
      )
      assert.equal(vote.winner.outvoted.length, s)
    }),
    { seed: 1 },
  )
})

test('s votes are not enough, s + 1 are, and those of others may come later or never', () => {
  const vote = new GroupVote(2)
  vote.cast(4, 'x')
  vote.cast(0, 'x')
  assert.equal(vote.winner, undefined)
  vote.cast(3, 'y')
  vote.cast(1, 'x')
  assert.deepEqual(vote.winner, { digest: 'x', voters: [4, 0, 1], outvoted: [3] })
})

test('a group is hopeless once no digest can get s + 1 votes any more', () => {
  const vote = new GroupVote(1)
  vote.cast(0, 'x')
  vote.cast(1, 'y')
  assert.equal(vote.isHopeless, false)
  vote.cast(2, 'z')
  assert.equal(vote.isHopeless, true)
  assert.equal(vote.winner, undefined)
})

test('a sum is rounded once, and the mean is that of all gradients', () => {
  // 2^24 + 1 + 1: rounded after each addition, float32 loses both ones.
  assert.equal(sumOf([Float32Array.of(2 ** 24), Float32Array.of(1), Float32Array.of(1)])[0], 2 ** 24 + 2)
  const mean = meanOfSums([Float32Array.of(6, 0), Float32Array.of(3, -12)], 6)
  assert.deepEqual(mean, Float32Array.of(1.5, -2))
})
