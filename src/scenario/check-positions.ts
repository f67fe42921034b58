/** Whether what a scenario says of single members, by position, can be said: each is there, and is named once. */
import { scenarioError } from './errors.ts'
import type { ArmSettings } from './scenario-schema.ts'

/** A list of positions, and the field that it is the value of. */
interface Positions {
  readonly field: string
  readonly members: readonly number[]
}

/**
 * @param servers how many members come before those that train
 * @throws SCENARIO_BAD_VALUE
 */
export function checkPositions({ n, network, slow, crashes }: ArmSettings, servers: number): void {
  const { partitions, lossyMembers } = network
  if (lossyMembers !== 'all' && lossyMembers > n)
    throw wrong('network.lossyMembers', lossyMembers, `all or at most the members that train, n = ${n}`)
  const there = servers + n
  const who = servers === 0 ? '' : `: the servers are 0 to ${servers - 1}, those that train come after them`
  const among = (lists: readonly Positions[], once: string) => {
    const named = new Set<number>()
    for (const { field, members } of lists)
      for (const [i, position] of members.entries()) {
        const own = `${field}.${i}`
        if (position >= there) throw wrong(own, position, `a position from 0 to ${there - 1}${who}`)
        if (named.has(position)) throw wrong(own, position, once)
        named.add(position)
      }
  }
  for (const [i, { fromMs, untilMs, sides }] of partitions.entries()) {
    const field = `network.partitions.${i}`
    if (untilMs <= fromMs) throw wrong(`${field}.untilMs`, untilMs, `above fromMs, which is ${fromMs}`)
    const lists = sides.map((members, side) => ({ field: `${field}.sides.${side}`, members }))
    among(lists, 'a member that is on no other side, named once')
  }
  among(
    slow.map(({ members }, i) => ({ field: `slow.${i}.members`, members })),
    'a member that is named once in all of slow',
  )
  for (const [i, { members }] of crashes.entries())
    among([{ field: `crashes.${i}.members`, members }], 'a member that is named once in a crash')
}

function wrong(field: string, value: number, allowed: string): Error {
  return scenarioError({ code: 'SCENARIO_BAD_VALUE', field, value: `${value}`, allowed })
}
