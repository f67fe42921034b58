import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  castOf,
  checkFounder,
  checkSettings,
  describeSwarm,
  parseSwarmFile,
  planOf,
  readSwarmFile,
  settingsIn,
} from '../../src/daemon/swarm-file.ts'
import { settingRows } from '../../src/daemon/swarm-schema.ts'
import { formatSwarmFile } from '../../src/daemon/swarm-template.ts'
import { scheduleOf } from '../../src/model/training-settings.ts'
import { newIdentity } from '../../src/peer/identity.ts'

test('the file that init writes reads back as the settings it was made from', () => {
  const changed = checkSettings({
    n: 7,
    f: 2,
    name: 'night-run.2',
    task: { data: '/data/with space: and colon', split: 'dirichlet' },
    synchrony: { late: 0 },
    training: { learningRate: { kind: 'step', rate: 0.05 } },
  })
  for (const settings of [checkSettings({}), changed])
    assert.deepEqual(parseSwarmFile(formatSwarmFile(settings)), settings)
})

test('the file that init writes explains every setting and names every default', () => {
  const file = formatSwarmFile(checkSettings({})).replaceAll(/\n\s*# /g, ' ')
  for (const { path, about, allowed } of settingRows()) {
    assert.ok(file.includes(about), `${path}: what it means`)
    assert.ok(allowed === undefined || file.includes(`(${allowed})`), `${path}: what is allowed`)
  }
})

test('an empty file is a swarm of defaults', () => {
  assert.deepEqual(parseSwarmFile(''), checkSettings({}))
})

test('what is wrong is named by field, value and what is allowed', () => {
  const cases: [string, string, RegExp][] = [
    ['n: 0', 'SWARM_BAD_VALUE', /n is 0 and must be a whole number from 1 to 256/],
    ['f: many', 'SWARM_BAD_VALUE', /f is "many" and must be a whole number/],
    ['synchrony: {late: x}', 'SWARM_BAD_VALUE', /synchrony\.late is "x" and must be f or a whole number/],
    ['task: {split: even}', 'SWARM_BAD_VALUE', /task\.split is "even" and must be own or iid or dirichlet/],
    ['task: 3', 'SWARM_BAD_VALUE', /task is 3 and must be a mapping of settings/],
    ['- n', 'SWARM_BAD_VALUE', /the swarm file is \["n"\] and must be a mapping/],
    [
      'training: {learningRate: {rate: 0}}',
      'SWARM_BAD_VALUE',
      /training\.learningRate\.rate is 0 .* above 0/,
    ],
    ['membership: {peers: [me]}', 'SWARM_BAD_VALUE', /membership\.peers\.0 is "me" and must be a peer id/],
    ['speed: 3', 'SWARM_UNKNOWN_FIELD', /no setting speed; known here: name, n, f, /],
    ['task: {dat: mnist}', 'SWARM_UNKNOWN_FIELD', /no setting task\.dat; known here: data, split, alpha/],
    ['agreement: {rule: krumm}', 'GAR_UNKNOWN_RULE', /krumm/],
    ['agreement: {protocol: teach}', 'AGREEMENT_UNKNOWN_PROTOCOL', /teach.*learn/],
    ['agreement: {protocol: "draco:code=morse"}', 'AGREEMENT_BAD_PARAMETER', /code=morse.*repetition/],
    [
      'n: 256\nagreement: {protocol: draco}',
      'SWARM_BAD_VALUE',
      /n is 256 and must be .* 1 to 255, with 1 servers/,
    ],
    ['membership: {roles: {peer: [me]}}', 'SWARM_BAD_VALUE', /roles\.peer\.0 is "me" and must be a peer id/],
    ['n: [', 'SWARM_NOT_YAML', /line 1/],
    ['n: 3\nn: 4', 'SWARM_NOT_YAML', /unique/],
    ['a: &a [1]\nb: *a', 'SWARM_NOT_YAML', /[Aa]lias/],
  ]
  for (const [file, code, message] of cases)
    assert.throws(() => parseSwarmFile(file), { code, message }, file)
})

test('a listed swarm names at least the founder’s n - 1 companions', async () => {
  const [one, two] = [(await newIdentity()).peer, (await newIdentity()).peer]
  const listed = (peers: string[]) => ({ n: 3, membership: { policy: 'listed', peers } })
  assert.throws(() => checkSettings(listed([one, one])), { code: 'SWARM_LIST_TOO_SHORT' })
  assert.deepEqual(checkSettings(listed([one, two])).membership.peers, [one, two])
})

test('servers come on top of n: a list must name them too, and roles can be given by name', async () => {
  const [a = '', b = '', c = ''] = await Promise.all([1, 2, 3].map(async () => (await newIdentity()).peer))
  const draco = (membership: object, n = 3) =>
    checkSettings({ n, agreement: { protocol: 'draco' }, membership })
  assert.throws(() => draco({ policy: 'listed', peers: [a, b] }), { code: 'SWARM_LIST_TOO_SHORT' })
  draco({ policy: 'listed', peers: [a, b, c] })

  const settings = draco({ roles: { server: [b], worker: [a] } })
  const { servers, trainer, trainers, named } = castOf(settings)
  assert.deepEqual([servers, trainer, trainers], [['server'], 'worker', 3])
  assert.deepEqual([named.get(a), named.get(b), named.get(c)], ['worker', 'server', undefined])
  checkFounder(settings, c)

  const cases: [object, RegExp][] = [
    [{ roles: { server: [a, b] } }, /2 peers are to have the role server, and the protocol has room for 1/],
    [{ roles: { dealer: [a] } }, /role dealer, and the protocol has room for 0/],
    [{ roles: { server: [a], worker: [a] } }, /named twice/],
  ]
  for (const [membership, message] of cases)
    assert.throws(() => draco(membership), { code: 'SWARM_BAD_ROLES', message })
})

test('a founder for whom no role is left, or whose list lacks who is to have one, is told so', async () => {
  const [a = '', b = '', c = ''] = await Promise.all([1, 2, 3].map(async () => (await newIdentity()).peer))
  const full = checkSettings({
    ...{ n: 1, f: 0, agreement: { protocol: 'draco' } },
    membership: { roles: { server: [a], worker: [b] } },
  })
  checkFounder(full, b)
  assert.throws(() => checkFounder(full, c), { code: 'SWARM_BAD_ROLES', message: /no role is left/ })
  const listed = checkSettings({
    ...{ n: 1, f: 0, agreement: { protocol: 'draco' } },
    membership: { policy: 'listed', peers: [b], roles: { server: [a] } },
  })
  checkFounder(listed, a)
  assert.throws(() => checkFounder(listed, b), {
    code: 'SWARM_BAD_ROLES',
    message: /not in membership\.peers/,
  })
})

test('a file that is not there is named with the command that writes one', async () => {
  await assert.rejects(readSwarmFile('/nowhere/swarm.yaml'), {
    code: 'SWARM_UNREADABLE',
    message: /medoid init \/nowhere\/swarm\.yaml/,
  })
  const directory = await mkdtemp(join(tmpdir(), 'medoid-swarm-'))
  await writeFile(join(directory, 'swarm.yaml'), 'n: 5')
  assert.equal((await readSwarmFile(join(directory, 'swarm.yaml'))).n, 5)
  await rm(directory, { recursive: true })
})

test('equal settings have one description, however their file was laid out', () => {
  const one = describeSwarm(parseSwarmFile('n: 7\nf: 2\ntask: {alpha: 0.5, data: mnist}'))
  const other = describeSwarm(parseSwarmFile('# seven\ntask:\n  data: mnist\nf: 2\nn: 7'))
  assert.equal(one, other)
  assert.notEqual(one, describeSwarm(parseSwarmFile('n: 7')))
  assert.deepEqual(settingsIn(one), parseSwarmFile('n: 7\nf: 2'))
})

test('a description from another machine is checked like a file', () => {
  assert.throws(() => settingsIn('{"n":0}'), { code: 'SWARM_BAD_VALUE' })
  assert.throws(() => settingsIn('{"future":1}'), { code: 'SWARM_UNKNOWN_FIELD' })
  assert.throws(() => settingsIn('n: 3'), { code: 'SWARM_NOT_YAML' })
})

test('as many honest peers may be late as may lie, unless the file declares otherwise', () => {
  assert.equal(planOf(checkSettings({ n: 7, f: 2 })).late, 2)
  assert.equal(planOf(checkSettings({ n: 7, f: 2, synchrony: { late: 0 } })).late, 0)
})

test('each kind of learning rate takes its own settings', () => {
  const schedule = (learningRate: object) =>
    scheduleOf(checkSettings({ training: { learningRate } }).training)
  assert.deepEqual(schedule({ rate: 0.2 }), { kind: 'constant', rate: 0.2 })
  assert.deepEqual(schedule({ kind: 'step', rate: 0.2, everySteps: 10 }), {
    kind: 'step',
    rate: 0.2,
    factor: 0.5,
    every: 10,
  })
  assert.deepEqual(schedule({ kind: 'inverse', rate: 0.2 }), { kind: 'inverse', rate: 0.2, decay: 0.01 })
})
