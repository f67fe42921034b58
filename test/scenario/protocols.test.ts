/** Every protocol of the table as an arm of a scenario: roles, learners, liars and counts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { castOf } from '../../src/agreement/parse-protocol.ts'
import { protocolTable } from '../../src/agreement/protocol-table.ts'
import { attacksOf, protocolOf } from '../../src/scenario/check-arm.ts'
import { runArm } from '../../src/scenario/run-arm.ts'
import { defineScenario, type ScenarioInput } from '../../src/scenario/scenario.ts'
import type { ArmSettings } from '../../src/scenario/scenario-schema.ts'
import { isCoded } from '../../src/util/coded-error.ts'

function settings(protocol: string, input: Omit<ScenarioInput, 'name'> = {}): ArmSettings {
  const { arms } = defineScenario({
    name: 'x',
    n: 9,
    f: 1,
    task: { data: 'quadratic', dimension: 8, apart: 0.05 },
    training: { steps: 30, momentum: 0, learningRate: { rate: 0.3 } },
    evaluation: { everySteps: 10 },
    outsideProof: true,
    ...input,
    agreement: { protocol, rule: 'multikrum', ...input.agreement },
  })
  const [arm] = arms
  assert.ok(arm)
  return arm.settings
}

/** Where all start, at zero: half the squared distance from about (1, .., 1). */
const lossAtStart = 4

for (const name of Object.keys(protocolTable))
  test(`${name} learns as an arm of a scenario, and what it cost is counted`, async () => {
    const { outcome, sentence, final, curve, work, virtualMs } = await runArm(settings(name))
    assert.equal(outcome, 'done', sentence ?? '')
    assert.ok((final?.loss ?? lossAtStart) < lossAtStart / 10, `loss ${final?.loss}`)
    assert.deepEqual(
      curve.map(({ step }) => step),
      [10, 20],
    )
    assert.ok(work !== null && work.gradients >= 30 && work.messages > 0 && work.bytes > 0)
    assert.ok(work.mostBytes >= work.bytes && virtualMs > 0)
  })

const otherRules = [
  ['rule', { rule: 'krum' }, {}],
  // Models differ, and so what is made of them does, where LEARN does not agree on gradients.
  ['modelRule', { modelRule: 'median' }, { profile: 'proven', halvings: 0 }],
] as const

for (const name of Object.keys(protocolTable))
  test(`${name} uses the rules that it says, and no other`, async () => {
    const short = (agreement: NonNullable<ScenarioInput['agreement']>) =>
      runArm(settings(name, { agreement, training: { steps: 3, momentum: 0 } }))
    const { rules } = protocolOf(settings(name))
    for (const [which, other, common] of otherRules) {
      const [one, two] = [await short(common), await short({ ...common, ...other })]
      assert.deepEqual([one.outcome, two.outcome], ['done', 'done'], two.sentence ?? '')
      assert.equal(one.final?.loss !== two.final?.loss, rules.includes(which), which)
    }
  })

for (const [protocol, attack] of [
  ['draco', 'ipm:tau=10'],
  ['draco', 'equivocate'],
  ['draco:code=cyclic', 'silent'],
  ['two-server', 'ipm:tau=10'],
  ['two-server', 'equivocate'],
] as const)
  test(`${protocol} withstands a worker that does ${attack}, which runs the protocol's own code`, async () => {
    const { outcome, sentence, final } = await runArm(settings(protocol, { attack }))
    assert.equal(outcome, 'done', sentence ?? '')
    assert.ok((final?.loss ?? lossAtStart) < lossAtStart / 10, `loss ${final?.loss}`)
  })

test('servers have the first positions, and the last of each kind attack', () => {
  const arm = settings('two-server', { attack: 'zero,nan', byzantine: 2, byzantineServers: 1 })
  assert.deepEqual(castOf(protocolOf(arm), 2), [
    'first-server',
    'second-server',
    'dealer',
    'worker',
    'worker',
  ])
  assert.deepEqual(
    [...attacksOf(arm)].map(([position, { name }]) => [position, name]),
    [
      [10, 'zero'],
      [11, 'nan'],
      [2, 'nan'],
    ],
  )
  assert.deepEqual([...attacksOf(settings('two-server', { attack: 'zero' })).keys()], [11])
})

test('a protocol that there is not is named with its field', () => {
  assert.throws(
    () => settings('drako'),
    (error) => isCoded(error, 'SCENARIO_BAD_NAME') && /agreement\.protocol.*drako/.test(error.message),
  )
})
