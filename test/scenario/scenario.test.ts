import assert from 'node:assert/strict'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ownRule } from '../../src/gar/own-rule.ts'
import { digestOf } from '../../src/scenario/digest.ts'
import { readScenarioFile } from '../../src/scenario/read-scenario.ts'
import { runsOf } from '../../src/scenario/runs.ts'
import { checkScenario, defineScenario } from '../../src/scenario/scenario.ts'
import { isCoded } from '../../src/util/coded-error.ts'

function complaintAbout(value: unknown): string {
  try {
    checkScenario(value)
  } catch (error) {
    assert.ok(isCoded(error), `${error}`)
    return error.message
  }
  return assert.fail(`${JSON.stringify(value)} was accepted`)
}

test('lists multiply to arms in the order in which they are written, the last one fastest', () => {
  const { arms } = defineScenario({
    name: 'x',
    attack: ['none', 'alie'],
    training: { learningRate: { rate: [0.1, 0.2] } },
    agreement: { rule: ['median', 'krum'] },
  })
  assert.deepEqual(
    arms.map(({ settings }) => [
      settings.attack,
      settings.training.learningRate.rate,
      settings.agreement.rule,
    ]),
    ['none', 'alie'].flatMap((attack) =>
      [0.1, 0.2].flatMap((rate) => ['median', 'krum'].map((rule) => [attack, rate, rule])),
    ),
  )
  assert.deepEqual(
    arms.map(({ number }) => number),
    [1, 2, 3, 4, 5, 6, 7, 8],
  )
  assert.equal(arms[3]?.label, 'krum, none, rate=0.2')
})

test('arms written by hand override what stands beside them, setting by setting, and may hold lists', () => {
  const { arms } = defineScenario({
    name: 'x',
    f: 1,
    training: { steps: 7, batch: 5 },
    arms: [
      { label: 'a', training: { batch: [3, 4] } },
      { label: 'b', f: 0, byzantine: 1 },
    ],
  })
  assert.deepEqual(
    arms.map(({ label, settings }) => [label, settings.f, settings.training.steps, settings.training.batch]),
    [
      ['a, batch=3', 1, 7, 3],
      ['a, batch=4', 1, 7, 4],
      ['b', 0, 7, 5],
    ],
  )
})

test('seeds repeat every arm and make none', () => {
  const scenario = defineScenario({ name: 'x', seed: [3, 4], n: [4, 7], f: 1 })
  assert.equal(scenario.arms.length, 2)
  const runs = runsOf(scenario, '')
  assert.deepEqual(
    runs.map(({ arm, seed, settings }) => [arm.number, seed, settings.seed, settings.n]),
    [
      [1, 3, 3, 4],
      [1, 4, 4, 4],
      [2, 3, 3, 7],
      [2, 4, 4, 7],
    ],
  )
  assert.deepEqual(
    runsOf(scenario, '', { seed: 9, arm: 2 }).map(({ arm, seed }) => [arm.number, seed]),
    [[2, 9]],
  )
  assert.throws(() => runsOf(scenario, '', { arm: 3 }), { code: 'SCENARIO_NO_SUCH_ARM' })
})

test('partitions are a list by nature, and rules of one’s own are values of a list', () => {
  const mine = ownRule({
    name: 'mine',
    *run() {
      yield { kind: 'squared-distances' }
      return { kind: 'copy', position: 0 }
    },
  })
  const partitions = [{ fromMs: 0, untilMs: 10, sides: [[0], [1, 2]] }]
  const { arms } = defineScenario({
    name: 'x',
    network: { partitions },
    agreement: { rule: [mine, 'median'] },
  })
  assert.deepEqual(
    arms.map(({ label }) => label),
    ['mine', 'median'],
  )
  for (const { settings } of arms) assert.deepEqual(settings.network.partitions, partitions)
})

test('labels are unlike each other, also where arms are alike', () => {
  const { arms } = defineScenario({ name: 'x', arms: [{}, {}, { label: 'a' }] })
  assert.equal(new Set(arms.map(({ label }) => label)).size, 3)
})

const parted = (partition: object) => ({
  name: 'x',
  network: { partitions: [{ fromMs: 0, untilMs: 5000, ...partition }] },
})

const broken: readonly [value: unknown, message: RegExp][] = [
  [
    { name: 'x', training: { batch: 0 } },
    /^SCENARIO_BAD_VALUE: training\.batch is 0 and must be a whole num/,
  ],
  [{ name: 'x', training: { batch: [8, 'a'] } }, /: training\.batch is "a" and must be/],
  [
    { name: 'x', arms: [{}, { task: { alpha: -1 } }] },
    /: arms\.2\.task\.alpha is -1 and must be a number above 0/,
  ],
  [
    { name: 'x', traning: {} },
    /^SCENARIO_UNKNOWN_FIELD: .*"traning"; choose one of name, about, arms, label, n,/,
  ],
  [{ name: 'x', arms: [{ task: { spilt: 'iid' } }] }, /"arms\.1\.task\.spilt"; choose one of data, split,/],
  [{ name: 'x', seed: [] }, /: seed is \[\] and must be one value or a list/],
  [JSON.parse('{"name":"x","arms":[{"__proto__":{"n":4}}]}'), /SCENARIO_UNKNOWN_FIELD: .*__proto__/],
  [{ name: 'x', f: [] }, /: f is \[\] and must be one value or a list/],
  [{ name: 'x', n: 4, f: 4 }, /: f is 4 and must be below the number of members, n = 4/],
  [{ name: 'x', n: 4, f: 1, byzantine: 4 }, /: byzantine is 4 and must be below/],
  [
    { name: 'x', agreement: { rule: 'krumm' } },
    /^SCENARIO_BAD_NAME: agreement\.rule is "krumm".*GAR_UNKNOWN_RULE/,
  ],
  [{ name: 'x', attack: 'alie,ipmm' }, /^SCENARIO_BAD_NAME: attack is "alie,ipmm".*ATTACK_UNKNOWN/],
  [
    { name: 'x', network: { partitions: [{ fromMs: 0, sides: [[0], [1]] }] } },
    /: network\.partitions\.0\.untilMs is absent and must be a number from 0 to/,
  ],
  [
    { name: 'x', arms: [{ network: { partitions: [{ fromMs: 0, until: 9, sides: [[0], [1]] }] } }] },
    /"arms\.1\.network\.partitions\.0\.until"; choose one of fromMs, untilMs, sides$/,
  ],
  [
    parted({ sides: [[0], [1.5]] }),
    /: network\.partitions\.0\.sides\.1\.0 is 1\.5 and must be a whole number from 0 to 4095$/,
  ],
  [parted({ sides: [[0]] }), /sides is \[\[0\]\] and must be a list of lists of positions, at least two$/],
  [parted({ sides: [[0], []] }), /sides\.1 is \[\] and must be a list of positions, at least one$/],
  [parted({ sides: [[0], [10]] }), /sides\.1\.0 is 10 and must be a position from 0 to 6$/],
  [
    parted({ sides: [[0, 3], [3]] }),
    /sides\.1\.0 is 3 and must be a member that is on no other side, named once$/,
  ],
  [
    parted({ fromMs: 500, untilMs: 500, sides: [[0], [1]] }),
    /: network\.partitions\.0\.untilMs is 500 and must be above fromMs, which is 500$/,
  ],
  [
    { ...parted({ sides: [[0], [12]] }), agreement: { protocol: 'byzsgd:servers=4' } },
    /is 12 and must be a position from 0 to 10: the servers are 0 to 3, those that train come after/,
  ],
  [
    { name: 'x', slow: [{ members: [99], workMs: 5 }] },
    /: slow\.0\.members\.0 is 99 and must be a position from 0 to 6$/,
  ],
  [
    {
      name: 'x',
      slow: [
        { members: [1], workMs: 5 },
        { members: [2, 1], workMs: 9 },
      ],
    },
    /: slow\.1\.members\.1 is 1 and must be a member that is named once in all of slow$/,
  ],
  [{ name: 'x', slow: [{ members: [1] }] }, /: slow\.0\.workMs is absent and must be a number from 0 to/],
  [{ name: 'x', slow: [3] }, /: slow\.0 is 3 and must be \{ members, workMs \}$/],
  [
    { name: 'x', crashes: [{ members: [2, 2], atMs: 5 }] },
    /: crashes\.0\.members\.1 is 2 and must be a member that is named once in a crash$/,
  ],
  [
    { name: 'x', network: { lossyMembers: 8 } },
    /: network\.lossyMembers is 8 and must be all or at most the members that train, n = 7$/,
  ],
  [{ name: 'x', arms: [] }, /: arms is \[\] and must be a list of mappings/],
  [{ name: 'x', backend: ['wasm', 'cpu'] }, /: backend is "cpu" and must be the same in all arms/],
  [{ n: 7 }, /: name is absent and must be/],
  ['x', /: the scenario is "x" and must be a mapping/],
  [
    { name: 'x', n: [4, 5, 6, 7, 8], f: 1, seed: Array.from({ length: 2001 }, (_, i) => i) },
    /^SCENARIO_TOO_MANY_RUNS: .* 10005 runs/,
  ],
]

test('what is wrong with a scenario is named by field, value and what is allowed', () => {
  for (const [value, message] of broken) assert.match(complaintAbout(value), message)
})

test('positions count the servers of the protocol, which stand first', () => {
  const partitions = [{ fromMs: 0, untilMs: 10, sides: [[0], [10]] }]
  const protocol = 'byzsgd:servers=4'
  const input = { name: 'x', network: { partitions }, slow: [{ members: [10], workMs: 1 }] }
  const { arms } = defineScenario({ ...input, agreement: { protocol } })
  assert.deepEqual(arms[0]?.settings.network.partitions, partitions)
})

test('a digest tells settings and seeds apart, and not labels; own rules count by the file that they stand in', () => {
  const own = ownRule({
    name: 'mine',
    *run() {
      yield { kind: 'squared-distances' }
      return { kind: 'copy', position: 0 }
    },
  })
  const [a, b, c, d] = defineScenario({
    name: 'x',
    arms: [{ label: 'a' }, { label: 'b' }, { f: 1 }, { agreement: { rule: own } }],
  }).arms.map(({ settings }) => settings)
  assert.ok(a && b && c && d)
  assert.equal(digestOf(a), digestOf(b))
  assert.notEqual(digestOf(a), digestOf(c))
  assert.notEqual(digestOf(a), digestOf({ ...a, seed: 2 }))
  assert.equal(digestOf(a, 'one'), digestOf(a, 'other'))
  assert.notEqual(digestOf(d, 'one'), digestOf(d, 'other'))
})

test('a YAML file and a module that say the same are the same scenario', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'medoid-scenario-'))
  const write = async (name: string, text: string) => {
    await writeFile(join(directory, name), text)
    return join(directory, name)
  }
  const index = new URL('../../src/index.ts', import.meta.url).href
  const yaml = await write('a.yaml', 'name: x\nf: [1, 2]\nagreement: { rule: median }\n')
  const module = await write(
    'a.ts',
    `import { defineScenario } from '${index}'
     export const scenario = defineScenario({ name: 'x', f: [1, 2], agreement: { rule: 'median' } })`,
  )
  assert.deepEqual((await readScenarioFile(yaml)).scenario, (await readScenarioFile(module)).scenario)
  // Without defineScenario, too.
  const plain = await write('p.ts', "export default { name: 'x', f: [1, 2], agreement: { rule: 'median' } }")
  assert.deepEqual((await readScenarioFile(plain)).scenario, (await readScenarioFile(yaml)).scenario)
  for (const arms of ['[{ n: 4.5 }]', '[]', '{}', '[{ settings: {}, seeds: [1] }, 3]']) {
    const wrong = await write(`arms${arms.length}.ts`, `export const scenario = { name: 'x', arms: ${arms} }`)
    await assert.rejects(readScenarioFile(wrong), { code: 'SCENARIO_BAD_VALUE' }, arms)
  }
  const forged = await write('d.yaml', 'name: x\narms: [{ settings: {}, seeds: [1] }]\n')
  await assert.rejects(readScenarioFile(forged), { code: 'SCENARIO_UNKNOWN_FIELD' })
  const nothing = await write('b.ts', 'export const x = 1')
  const bad = await write('b.yaml', 'name: [x\n')
  await assert.rejects(readScenarioFile(nothing), { code: 'SCENARIO_NONE_IN_MODULE' })
  await assert.rejects(readScenarioFile(bad), { code: 'SCENARIO_NOT_YAML' })
  await assert.rejects(readScenarioFile(join(directory, 'c.yaml')), { code: 'SCENARIO_UNREADABLE' })
})
