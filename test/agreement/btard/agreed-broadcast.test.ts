/** Agreement, validity, togetherness and termination of the broadcast channel, whatever liars do. */
import assert from 'node:assert/strict'
import { memberName } from '../../../src/sim/world.ts'
import { seeded, seedsUpTo } from '../../sim/seeded.ts'
import { adversaries, exchangeSchedule, roundMs } from './exchange-schedules.ts'

/** Two message delays, a question and its answer, of 20 ms each; and 20 ms that the members began apart. */
const apartMs = 5 * 20

for (const adversary of Object.keys(adversaries))
  for (const [size, schedules] of [
    [{ n: 5, f: 1 }, 60],
    [{ n: 9, f: 2 }, 20],
    [{ n: 13, f: 3 }, 6],
  ] as const)
    seeded(
      `all honest members end with the same, the honest payloads among it, and together, if a liar ${adversary}: n = ${size.n}, f = ${size.f}`,
      async (run) => {
        const { said, unlike, endedAtMs, honest } = await exchangeSchedule(size, adversary, run)
        assert.deepEqual(new Set(said).size, 1, said.join('\n'))
        for (const i of honest) assert.equal(said[0]?.split(' ')[i], `${i}`)
        for (const i of honest) assert.ok(!unlike.includes(memberName(i)), `honest ${i} is in dispute`)
        const [first, last] = [Math.min(...endedAtMs), Math.max(...endedAtMs)]
        assert.ok(last - first <= apartMs, `${first} to ${last}`)
        assert.ok(last <= roundMs * (2 * size.f + 5) + apartMs, `${last}`)
      },
      { seeds: seedsUpTo(schedules) },
    )

seeded(
  'with n = 4f members the same liar splits the honest ones',
  async (run) => {
    const { said } = await exchangeSchedule(
      { n: 4, f: 1 },
      'tells each half something else, and vouches for both',
      run,
    )
    assert.deepEqual([...new Set(said)], ['0 100 2 3', '- - - -'])
  },
  // Two of the first 1,500 do.
  { seeds: [897] },
)
