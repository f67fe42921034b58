import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as medoid from '../src/index.ts'

test('what the README tells programs to use is there', () => {
  const { runDaemon, readSwarmFile, askStatus, learn, parseRule, parseAttack, assess } = medoid
  for (const value of [runDaemon, readSwarmFile, askStatus, learn, parseRule, parseAttack, assess])
    assert.equal(typeof value, 'function')
})

test('a rule can be used by itself', () => {
  const vectors = [
    [1, 5],
    [2, 6],
    [100, -100],
  ].map((vector) => Float32Array.from(vector))
  // Coordinate-wise, the largest and the smallest are left out.
  assert.deepEqual(medoid.parseRule('trmean').aggregate(vectors, 1), Float32Array.of(2, 5))
})
