import assert from 'node:assert/strict'
import { test } from 'node:test'
import { learnerOptions } from '../../src/daemon/open-learner.ts'
import { checkSettings } from '../../src/daemon/swarm-file.ts'

const members = ['p1', 'p2', 'p3'].map((peer) => ({ peer, role: 'worker' }))
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
