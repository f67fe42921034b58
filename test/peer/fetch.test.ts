/** Fetching from servers that lie, stop, trickle, leave or have nothing: no sockets, scripted outcomes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Uint8ArrayList } from 'uint8arraylist'
import { chunkAt, hashPayload, rootOf } from '../../src/gossip/chunks.ts'
import { chunkBytes } from '../../src/gossip/limits.ts'
import type { FaultKind } from '../../src/mesh/fault.ts'
import { type FetchOptions, fetchPayload } from '../../src/peer/fetch.ts'
import { defaultWireLimits } from '../../src/peer/limits.ts'
import { heapMemory } from '../../src/peer/payload-memory.ts'
import type { Outcome } from '../../src/peer/pull-client.ts'
import { Transfer } from '../../src/peer/transfer.ts'

const payload = new Uint8Array(3 * chunkBytes + 10).map((_, i) => (i * 7 + (i >> 13)) & 0xff)
const hashes = hashPayload(payload)
const envelope = {
  roster: new Uint8Array(32),
  from: 'origin',
  tag: { step: 1, phase: 'note', kind: 'value', hop: 0 },
  digest: rootOf(hashes, payload.byteLength),
  byteLength: payload.byteLength,
}

const place = { take: heapMemory.take, isForgotten: () => false }
const chunkOf = (index: number) => new Uint8ArrayList(chunkAt(payload, index))

/** What a server does when it is asked, from the chunk that is missing on. */
type Script = (transfer: Transfer, signal: AbortSignal) => Outcome<void> | Promise<Outcome<void>>

/** Serves up to `count` chunks, then ends as `otherwise` says. */
const serves =
  (count: number, otherwise: Outcome<void> = { end: 'nothing' }): Script =>
  (transfer) => {
    assert.ok(transfer.acceptHashes(hashes))
    for (let served = 0; transfer.whole === undefined; served++) {
      if (served === count) return otherwise
      assert.ok(transfer.acceptChunk(transfer.nextChunk, chunkOf(transfer.nextChunk)))
    }
    return { end: 'done', value: undefined }
  }
const servesAll = serves(Number.POSITIVE_INFINITY)
const wrongChunk: Outcome<void> = { end: 'fault', kind: 'PULL_WRONG_CHUNK' }

/** Fetches from `servers`; each script is for one visit, the last one repeats. */
async function run(
  servers: Readonly<Record<string, readonly Script[]>>,
  options: Partial<FetchOptions> = {},
) {
  const visits: string[] = []
  const faults: [string, FaultKind][] = []
  const stalled: string[] = []
  const patience: number[] = []
  const pauses: number[] = []
  const fetched = await fetchPayload(new Transfer(envelope, place), {
    limits: defaultWireLimits,
    servers: () => Object.keys(servers),
    pull: async (server, transfer, patienceMs, signal) => {
      const before = visits.filter((visit) => visit === server).length
      visits.push(server)
      patience.push(patienceMs)
      const scripts = servers[server] ?? []
      const script = scripts[Math.min(before, scripts.length - 1)]
      assert.ok(script !== undefined)
      return script(transfer, signal)
    },
    onFault: (server, kind) => faults.push([server, kind]),
    onStalled: (server) => stalled.push(server),
    pause: async (ms) => {
      pauses.push(ms)
    },
    signal: new AbortController().signal,
    ...options,
  })
  assert.equal(Buffer.compare(fetched.bytes, payload), 0)
  return { visits, faults, stalled, patience, pauses }
}

test('a payload comes from the first server that has it, whole', async () => {
  const { visits, faults } = await run({ origin: [servesAll], other: [servesAll] })
  assert.deepEqual(visits, ['origin'])
  assert.deepEqual(faults, [])
})

test('where a server lies about a chunk, it is blamed once and never asked again, and the next goes on from there', async () => {
  const { visits, faults } = await run({
    liar: [serves(2, wrongChunk)],
    slow: [serves(1), serves(1)],
    idle: [() => ({ end: 'nothing' })],
  })
  assert.deepEqual(faults, [['liar', 'PULL_WRONG_CHUNK']])
  assert.deepEqual(visits, ['liar', 'slow', 'idle', 'slow'])
})

test('a server that stops is reported, and asked again only after the others', async () => {
  const { visits, stalled, faults } = await run({
    stops: [serves(1, { end: 'stalled' }), servesAll],
    idle: [() => ({ end: 'nothing' })],
  })
  assert.deepEqual(visits, ['stops', 'idle', 'stops'])
  assert.deepEqual(stalled, ['stops'])
  assert.deepEqual(faults, [])
})

test('patience doubles after a round in which a server was too slow, and only then', async () => {
  const { patience } = await run({
    origin: [() => ({ end: 'nothing' }), () => ({ end: 'slow' }), () => ({ end: 'slow' }), servesAll],
  })
  const { patienceMs } = defaultWireLimits
  assert.deepEqual(patience, [patienceMs, patienceMs, 2 * patienceMs, 4 * patienceMs])
})

test('pauses between rounds double up to their bound', async () => {
  const nothing: Script = () => ({ end: 'nothing' })
  const { pauses } = await run({ origin: [...Array.from({ length: 8 }, () => nothing), servesAll] })
  assert.deepEqual(pauses, [50, 100, 200, 400, 800, 1600, 2000, 2000])
})

test('servers that come later are found', async () => {
  let round = 0
  const { visits } = await run({ origin: [servesAll] }, { servers: () => (round++ < 2 ? [] : ['origin']) })
  assert.deepEqual(visits, ['origin'])
})

test('fetching ends with its signal', async () => {
  const leaving = new AbortController()
  const reason = new Error('the step is over')
  const fetching = run(
    { origin: [() => ({ end: 'nothing' })] },
    { signal: leaving.signal, pause: async () => leaving.abort(reason) },
  )
  await assert.rejects(fetching, reason)
})

test('a transfer takes neither another list of hashes, nor another chunk, nor one too many', () => {
  const transfer = new Transfer(envelope, place)
  const chunk = chunkOf(0)
  assert.equal(transfer.acceptChunk(0, chunk), false, 'before the hashes')
  assert.equal(transfer.acceptHashes(hashes.subarray(32)), false)
  assert.equal(transfer.acceptHashes(hashPayload(payload.map((byte) => byte ^ 1))), false)
  assert.equal(transfer.acceptHashes(hashes), true)
  assert.equal(transfer.acceptChunk(0, chunkOf(1)), false)
  assert.equal(transfer.acceptChunk(0, chunkOf(3)), false)
  assert.equal(transfer.acceptChunk(1, chunkOf(1)), false, 'before the one before it')
  assert.equal(transfer.nextChunk, 0)
  for (let i = 0; i < 4; i++) assert.ok(transfer.acceptChunk(i, chunkOf(i)))
  assert.equal(transfer.acceptChunk(4, chunk), false)
  assert.equal(transfer.whole?.bytes.byteOffset, 0)
})

test('a chunk that another server was faster to bring is checked, and changes nothing', () => {
  const transfer = new Transfer(envelope, place)
  assert.ok(transfer.acceptHashes(hashes))
  assert.ok(transfer.acceptChunk(0, chunkOf(0)))
  assert.equal(transfer.acceptChunk(0, chunkOf(1)), false)
  assert.ok(transfer.acceptChunk(0, chunkOf(0)))
  assert.equal(transfer.nextChunk, 1)
})

test('servers that take long get company, and are given up once the payload is whole', async () => {
  const given: string[] = []
  /** Never sends a whole chunk, until it is told to stop. */
  const trickles =
    (name: string): Script =>
    (transfer, signal) => {
      assert.ok(transfer.acceptHashes(hashes))
      const { promise, resolve } = Promise.withResolvers<Outcome<void>>()
      signal.addEventListener('abort', () => {
        given.push(name)
        resolve({ end: 'nothing' })
      })
      return promise
    }
  const { visits, faults, stalled } = await run(
    {
      origin: [trickles('origin')],
      announcer: [trickles('announcer')],
      other: [servesAll],
      last: [servesAll],
    },
    { limits: { ...defaultWireLimits, headStartMs: 1 } },
  )
  assert.deepEqual(visits, ['origin', 'announcer', 'other'])
  assert.deepEqual(given, ['origin', 'announcer'])
  assert.deepEqual([faults, stalled], [[], []])

  const later = await run(
    { origin: [trickles('origin')], other: [() => ({ end: 'nothing' }), servesAll] },
    { limits: { ...defaultWireLimits, headStartMs: 1 } },
  )
  assert.deepEqual(later.visits, ['origin', 'other', 'other'])
})
