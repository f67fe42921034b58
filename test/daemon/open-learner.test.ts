import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backendFor, learnerOptions } from '../../src/daemon/open-learner.ts'
import { checkSettings } from '../../src/daemon/swarm-file.ts'
import { isCoded } from '../../src/util/coded-error.ts'

const members = ['p1', 'p2', 'p3'].map((peer) => ({ peer, role: 'peer' }))
const options = (task: object, more = {}) =>
  learnerOptions({ settings: checkSettings({ task }), members, self: 'p2', backend: 'cpu', ...more }).data

test('a share is the one at the member’s place in the roster, so all shares are taken once', () => {
  const { index, members, split, source } = options({ split: 'dirichlet', alpha: 2 })
  assert.deepEqual(
    { index, members, split, source },
    {
      index: 1,
      members: 3,
      split: { kind: 'dirichlet', alpha: 2 },
      source: 'mnist',
    },
  )
})

test('own data is all of what the peer has, from where it says', () => {
  const { index, members, source } = options({ split: 'own', data: '/swarm' }, { dataset: '/mine' })
  assert.deepEqual({ index, members, source }, { index: 0, members: 1, source: '/mine' })
})

test('only an attack on data poisons it', () => {
  assert.equal(options({}).poison, undefined)
  assert.equal(options({}, { attack: { kind: { poison: 'backdoor' } } }).poison, 'backdoor')
})

test('shares are for those that train: a server has none, and where data are shared everybody has all', () => {
  const cast = ['server', 'worker', 'worker'].map((role, i) => ({ peer: `p${i + 1}`, role }))
  const settings = checkSettings({ agreement: { protocol: 'draco' } })
  const of = (self: string) => learnerOptions({ settings, members: cast, self, backend: 'auto' })
  const { data: served } = of('p1')
  // It steps as the others would: whoever has all has momentum at the step.
  assert.deepEqual([served.index, served.split.kind], [undefined, 'whole'])
  const { data } = of('p3')
  assert.deepEqual([data.index, data.members, data.split.kind], [1, 2, 'whole'])
})

test('where members compare what they compute all have the backend whose bits are the same everywhere, and another is refused', () => {
  for (const protocol of ['draco', 'draco:code=cyclic', 'btard']) {
    const settings = checkSettings({ agreement: { protocol } })
    for (const choice of ['auto', 'wasm'] as const) assert.equal(backendFor(settings, choice), 'wasm')
    for (const choice of ['tensorflow', 'webgpu', 'cpu'] as const)
      assert.throws(
        () => backendFor(settings, choice),
        (error) => isCoded(error, 'DAEMON_WRONG_BACKEND') && error.message.includes(choice),
      )
  }
  const settings = checkSettings({ agreement: { protocol: 'aggregathor' } })
  for (const choice of ['auto', 'webgpu'] as const) assert.equal(backendFor(settings, choice), choice)
})
