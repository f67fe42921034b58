/** docs/LIMITS.md says what the code holds. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import * as gossip from '../../src/gossip/limits.ts'
import { maxTagLength } from '../../src/mesh/tag.ts'
import * as peer from '../../src/peer/limits.ts'
import { isCoded } from '../../src/util/coded-error.ts'

const rows = readFileSync(new URL('../../docs/LIMITS.md', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('|'))

/** Every number that the two files export, by name; what a user may set, with its default. */
const constants = Object.entries({
  ...gossip,
  ...peer,
  ...peer.defaultHostLimits,
  ...peer.defaultWireLimits,
  maxTagLength,
}).filter((entry): entry is [string, number] => typeof entry[1] === 'number')

/** Units of the format rather than bounds: nobody can press on them. */
const units = new Set(['digestBytes', 'signatureBytes', 'inlineLimit'])

test('every limit has a row with its value', () => {
  for (const [name, value] of constants) {
    if (units.has(name)) continue
    const own = rows.filter((row) => row.includes(`\`${name}\``))
    assert.ok(own.length > 0, `${name} has no row`)
    const text = value.toLocaleString('en')
    assert.ok(
      own.some((row) =>
        row.split('|').some((cell) => cell.trim().split(', ').includes(text) || cell.trim() === text),
      ),
      `${name} is ${text}, and no row says so`,
    )
  }
})

test('limits that contradict each other are refused', () => {
  peer.checkLimits(peer.defaultWireLimits)
  const wrong = [
    { inlineLimit: -1 },
    { inlineLimit: 1.5 },
    { inlineLimit: gossip.chunkBytes },
    { stallMs: 0 },
    { stallMs: 10_000 },
    { patienceMs: Number.NaN },
    { frameTimeoutMs: 0 },
  ]
  for (const change of wrong)
    assert.throws(
      () => peer.checkLimits({ ...peer.defaultWireLimits, ...change }),
      (error) => isCoded(error, 'PEER_BAD_LIMITS'),
    )
})
