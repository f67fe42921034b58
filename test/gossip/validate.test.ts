/** Every rule by which an announcement is judged: its verdict, who answers for it, and what gossip does with it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hashPayload, rootOf } from '../../src/gossip/chunks.ts'
import { type Envelope, encodeAnnouncement, signEnvelope } from '../../src/gossip/envelope.ts'
import { maxAnnouncementBytes } from '../../src/gossip/limits.ts'
import { type Brought, type Court, type Judgement, validate } from '../../src/gossip/validate.ts'
import { type Effects, effectsOf } from '../../src/gossip/verdict.ts'
import { bytes, f32 } from '../../src/mesh/codec.ts'
import { type FaultKind, verdictOf } from '../../src/mesh/fault.ts'
import { Inbox } from '../../src/mesh/inbox.ts'

const roster = new Uint8Array(32).fill(1)
const members = new Set(['alice', 'bob', 'carol'])
/** Stands for Ed25519: the signer's name over and over. */
const signatureBy = (name: string) => Buffer.alloc(64, name)
const court: Court = {
  roster,
  inlineLimit: 1000,
  verify: (from, _, signature) => {
    if (!members.has(from)) return 'stranger'
    return Buffer.compare(signature, signatureBy(from)) === 0 ? 'valid' : 'invalid'
  },
  describe: ({ phase }) => {
    if (phase === 'gradient') return { maxBytes: 8, codec: f32(2), audience: 'all' }
    if (phase === 'note') return { maxBytes: 100, codec: bytes, audience: 'all' }
    return phase === 'share' ? { maxBytes: 100, codec: bytes, audience: 'recipients' } : undefined
  },
}
const limits = { window: 2, maxPendingPerPeer: 2, maxPendingBytesPerPeer: 1000 }

function inboxAt(step: number): Inbox {
  const inbox = new Inbox(court.describe, limits)
  inbox.advance(step)
  return inbox
}

const note = { step: 5, phase: 'note', kind: 'value', hop: 0 }
const payload = Uint8Array.of(1, 2, 3)

interface Said extends Partial<Envelope> {
  readonly signer?: string
  readonly payload?: Uint8Array
  readonly inline?: Uint8Array | undefined
}

/** Alice's note with its payload inside, unless something else is said. */
function announced({ signer, payload: said = payload, ...rest }: Said = {}): Uint8Array {
  const { inline, ...fields } = { inline: said, ...rest }
  const envelope: Envelope = {
    roster,
    from: 'alice',
    tag: note,
    digest: rootOf(hashPayload(said), said.byteLength),
    byteLength: said.byteLength,
    ...fields,
  }
  return encodeAnnouncement(
    signEnvelope(envelope, () => signatureBy(signer ?? envelope.from)),
    inline,
  )
}

const byBob: Brought = { by: 'bob', via: 'gossip' }
const direct: Brought = { by: 'alice', via: 'direct' }

interface Rule {
  readonly title: string
  readonly bytes: Uint8Array
  readonly brought: Brought
  /** Said and accepted before. */
  readonly before?: readonly Uint8Array[]
  readonly kind: FaultKind
  readonly culprit: 'alice' | 'bob'
  readonly gossip: Effects['gossip']
}

const rules: readonly Rule[] = [
  {
    title: 'nothing',
    bytes: new Uint8Array(0),
    brought: byBob,
    kind: 'GOSSIP_BAD_ENVELOPE',
    culprit: 'bob',
    gossip: 'reject',
  },
  {
    title: 'an announcement that is larger than any',
    bytes: new Uint8Array(maxAnnouncementBytes(court.inlineLimit) + 1),
    brought: byBob,
    kind: 'GOSSIP_BAD_ENVELOPE',
    culprit: 'bob',
    gossip: 'reject',
  },
  {
    title: 'an announcement for another roster',
    bytes: announced({ roster: new Uint8Array(32) }),
    brought: byBob,
    kind: 'GOSSIP_WRONG_ROSTER',
    culprit: 'bob',
    gossip: 'reject',
  },
  {
    title: 'the name of no member',
    bytes: announced({ from: 'mallory' }),
    brought: byBob,
    kind: 'GOSSIP_NOT_A_MEMBER',
    culprit: 'bob',
    gossip: 'reject',
  },
  {
    title: 'the name of a member that did not sign',
    bytes: announced({ signer: 'bob' }),
    brought: byBob,
    kind: 'GOSSIP_BAD_SIGNATURE',
    culprit: 'bob',
    gossip: 'reject',
  },
  {
    title: 'a private announcement that is passed on',
    bytes: announced({ tag: { ...note, phase: 'share' } }),
    brought: { by: 'bob', via: 'direct' },
    kind: 'GOSSIP_BAD_ENVELOPE',
    culprit: 'bob',
    gossip: 'reject',
  },
  {
    title: 'a private announcement by gossip',
    bytes: announced({ tag: { ...note, phase: 'share' } }),
    brought: { by: 'alice', via: 'gossip' },
    kind: 'GOSSIP_BAD_ENVELOPE',
    culprit: 'alice',
    gossip: 'reject',
  },
  {
    title: 'a payload that another one was put in the place of',
    bytes: announced({ inline: Uint8Array.of(3, 2, 1) }),
    brought: byBob,
    kind: 'GOSSIP_DIGEST_MISMATCH',
    culprit: 'bob',
    gossip: 'reject',
  },
  {
    title: 'a tag that the protocol does not have',
    bytes: announced({ tag: { ...note, phase: 'nonsense' } }),
    brought: byBob,
    kind: 'MESH_UNKNOWN_TAG',
    culprit: 'alice',
    gossip: 'ignore',
  },
  {
    title: 'a payload that is larger than its tag allows',
    bytes: announced({ payload: new Uint8Array(101) }),
    brought: direct,
    kind: 'MESH_TOO_LARGE',
    culprit: 'alice',
    gossip: 'reject',
  },
  {
    title: 'a vector of the wrong length',
    bytes: announced({ tag: { ...note, phase: 'gradient' }, payload: new Uint8Array(4) }),
    brought: byBob,
    kind: 'CODEC_WRONG_LENGTH',
    culprit: 'alice',
    gossip: 'ignore',
  },
  {
    title: 'a step that is over',
    bytes: announced({ tag: { ...note, step: 2 } }),
    brought: byBob,
    kind: 'MESH_STALE',
    culprit: 'alice',
    gossip: 'ignore',
  },
  {
    title: 'a step beyond the window',
    bytes: announced({ tag: { ...note, step: 8 } }),
    brought: byBob,
    kind: 'MESH_TOO_FAR_AHEAD',
    culprit: 'alice',
    gossip: 'ignore',
  },
  {
    title: 'what was heard before',
    bytes: announced(),
    before: [announced({ inline: undefined })],
    brought: byBob,
    kind: 'MESH_REPLAY',
    culprit: 'bob',
    gossip: 'ignore',
  },
  {
    title: 'another payload under a tag that was heard before',
    bytes: announced({ payload: Uint8Array.of(9) }),
    before: [announced()],
    brought: byBob,
    kind: 'MESH_EQUIVOCATION',
    culprit: 'alice',
    gossip: 'ignore',
  },
  {
    title: 'more than a member may have pending',
    bytes: announced({ tag: { ...note, hop: 2 } }),
    before: [announced(), announced({ tag: { ...note, hop: 1 } })],
    brought: byBob,
    kind: 'MESH_TOO_MANY_PENDING',
    culprit: 'alice',
    gossip: 'ignore',
  },
]

for (const { title, bytes, brought, before = [], kind, culprit, gossip } of rules)
  test(`${title}: ${kind}, ${culprit} answers for it, gossip is told to ${gossip}`, () => {
    const inbox = inboxAt(5)
    for (const earlier of before) assert.equal(validate(court, inbox, earlier, direct).verdict, 'accept')
    const judgement = validate(court, inbox, bytes, brought)
    assert.ok(judgement.verdict !== 'accept')
    assert.deepEqual([judgement.kind, judgement.culprit, judgement.verdict], [kind, culprit, verdictOf(kind)])
    const effects = effectsOf(judgement, brought.by)
    assert.equal(effects.gossip, gossip)
    assert.equal(effects.fault?.kind, verdictOf(kind) === 'reject' ? kind : undefined)
    assert.equal(effects.dropped?.kind, verdictOf(kind) === 'ignore' ? kind : undefined)
  })

test('an announcement that breaks no rule is accepted, whoever brought it, and claimed once', () => {
  for (const brought of [byBob, direct, { by: 'carol', via: 'ask' } as const]) {
    const inbox = inboxAt(5)
    const judgement: Judgement = validate(court, inbox, announced(), brought)
    assert.ok(judgement.verdict === 'accept')
    assert.deepEqual(judgement.announcement.inline, payload)
    assert.equal(inbox.claimed('alice', note)?.byteLength, payload.byteLength)
    assert.deepEqual(effectsOf(judgement, brought.by), { gossip: 'accept' })
  }
})

test('a private announcement is accepted from its origin', () => {
  const share = { ...note, phase: 'share' }
  assert.equal(validate(court, inboxAt(5), announced({ tag: share }), direct).verdict, 'accept')
})

test('what is refused occupies no place in the inbox', () => {
  const inbox = inboxAt(5)
  validate(court, inbox, announced({ signer: 'bob' }), byBob)
  validate(court, inbox, announced({ inline: Uint8Array.of(1, 1, 1) }), byBob)
  assert.equal(inbox.claimed('alice', note), undefined)
  assert.equal(validate(court, inbox, announced(), byBob).verdict, 'accept')
})

test('two announcements that prove an equivocation are kept as they were signed', () => {
  const inbox = inboxAt(5)
  const [first, later] = [
    announced({ inline: undefined }),
    announced({ payload: Uint8Array.of(9), inline: undefined }),
  ]
  for (const bytes of [first, later]) validate(court, inbox, bytes, byBob)
  const [evidence] = inbox.evidence
  assert.deepEqual(evidence?.first.proof, first.subarray(0, -1))
  assert.deepEqual(evidence?.later.proof, later.subarray(0, -1))
})

test('whatever bytes come, there is a verdict and never an exception', () => {
  const inbox = inboxAt(5)
  const valid = announced()
  const changed = fc
    .tuple(fc.nat({ max: valid.byteLength - 1 }), fc.integer({ min: 0, max: 255 }))
    .map(([at, value]) => valid.map((byte, i) => (i === at ? value : byte)))
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), changed), (bytes) => {
      const { verdict } = validate(court, inbox, bytes, byBob)
      assert.ok(verdict === 'accept' || verdict === 'reject' || verdict === 'ignore')
    }),
    { seed: 3, numRuns: 5_000 },
  )
})
