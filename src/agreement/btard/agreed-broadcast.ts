/**
 * The broadcast channel that BTARD assumes: what members say to all in one exchange, and the same of it at all, absence
 * included. Without it a liar that tells two honest members different things, or one of them something just before a
 * deadline, would make them ban different members.
 *
 * Assumes: n >= 4f+1 members take part, of whom at most f lie; what an honest member says, or passes on, reaches every other
 *   one within a round of D ms, in which clocks that started apart are counted too.
 * Guarantees:
 *   agreement: all honest members end with the same payload of each speaker, or all without one.
 *   validity: an honest speaker's payload is what all end with.
 *   together: where one honest member ends, all do within two message delays, and within one question and its answer more where
 *     a liar gave some of them another payload. So their clocks are no further apart afterwards.
 *   termination: 2f+4 rounds after `closesAtMs` at the latest.
 * How:
 *   1. say my payload; wait for those of all speakers, or until `closesAtMs`
 *   2. say my view, the digests of what I have; who sees n - f equal ones of every speaker is certain, and says DONE of them
 *   3. who hears f+1 DONE says DONE; who hears 2f+1 ends with that view
 *   4. otherwise, after two rounds, f+1 kings in turn: all say the view that they hold, the king says what n - 2f say; hold what
 *      n - f say, else the king's word if f+1 say it, else that the speaker is absent; after the last one that is decided
 *   5. ask those who have them for the payloads that I lack
 * Why:
 *   an honest speaker's payload is in all honest views, n - f of them, whatever else is there: it is held in 2 and 4 alike.
 *   If one honest member is certain of a digest, n - 2f honest ones said it to everybody, and at most 2f others said something
 *     else; n - 2f > 2f, so every honest member begins 4 with it, and n - f saying so in each round, ends with it. Hence DONE, which
 *     an honest member says, or f+1 and so an honest one have said, is what 4 would decide, and two cannot be said of two views.
 *   2f+1 DONE include f+1 honest ones, which all hear, and then say it too: all end.
 *   One of f+1 kings is honest. If any honest member has n - f for a digest, this king has n - 2f for it and for no other, and
 *     all have f+1: all hold it afterwards. If none has, all take the king's word, or all that the speaker is absent. After that
 *     all hold the same and keep it.
 *   What is held was in f+1 views the round before, so in an honest one, so at last in an honest first view: somebody has it.
 * Source: phase queen of Berman, Garay and Perry, "Towards optimal distributed consensus" (FOCS 1989), on views, with an early
 *   end in the manner of Bracha (reliable-broadcast.ts). The thresholds are derived above.
 */
import type { Milliseconds } from '../../mesh/clock.ts'
import type { Delivery, Mesh, PeerId } from '../../mesh/mesh.ts'
import type { Tag } from '../../mesh/tag.ts'
import { fromHex, sha256, toHex } from '../../util/digest.ts'
import { abortable, scoped } from '../../util/signal.ts'
import { type Assembly, Heard } from './heard.ts'
import { listening } from './listening.ts'
import { copyTag, doneTag, type ExchangePlace, kingTag, saidTag, viewTag } from './tags.ts'
import { absent, encodeView, type View } from './views.ts'

export interface AgreedBroadcastOptions extends Assembly, ExchangePlace {
  /** When payloads are no longer waited for, on the mesh's clock. At honest members within a message delay or three. */
  readonly closesAtMs: Milliseconds
  /** D. */
  readonly roundMs: Milliseconds
  /** Told whose payload is waited for, whenever that changes. */
  readonly onWaiting?: ((missing: readonly PeerId[]) => void) | undefined
  readonly signal: AbortSignal
}

export interface Agreed {
  /** What is agreed that each speaker said, in their order; absent ones are not in it. */
  readonly said: ReadonlyMap<PeerId, Uint8Array>
  /** Speakers that told this member something else, or did not tell it in time what others heard: none of them is honest. */
  readonly unlike: readonly PeerId[]
}

/** @param mine what I say, where I am one of the speakers. Rejects when `signal` aborts. */
export function agreedBroadcast(
  mesh: Mesh,
  mine: Uint8Array | undefined,
  options: AgreedBroadcastOptions,
): Promise<Agreed> {
  const { step, phase, speakers, f, closesAtMs, roundMs, onWaiting } = options
  const place: ExchangePlace = { step, phase }
  const heard = new Heard(options)
  return scoped(options.signal, async (signal) => {
    const hear = (delivery: Delivery) => {
      const { from, tag } = delivery
      const fault = heard.take(delivery)
      if (fault !== undefined) mesh.blame({ peer: from, kind: fault, tag })
      if (tag.kind === 'said') onWaiting?.(heard.missing)
      const done = heard.takeDone()
      return done === undefined ? undefined : mesh.publish(doneTag(place), fromHex(done))
    }
    const { until } = listening(mesh, place, hear, signal)
    const isOver = () => heard.decided !== undefined

    // 1. My payload, and theirs.
    if (mine !== undefined) await mesh.publish(saidTag(place), mine)
    await until(() => isOver() || heard.missing.length === 0, closesAtMs)

    // 2. My view. 3. Done: `hear` says it.
    const view = heard.view
    const isClosed = !isOver()
    offerCopies(mesh, place, speakers, heard)
    await mesh.publish(viewTag(place, 0), encodeView(view))
    let deadline = closesAtMs + 2 * roundMs
    await until(isOver, deadline)

    // 4. Kings.
    let held = heard.proposalOf(0)
    for (let hop = 1; hop <= f + 1 && !isOver(); hop++) {
      await mesh.publish(viewTag(place, hop), encodeView(held))
      deadline += roundMs
      await until(() => isOver() || heard.hasAllViews(hop), deadline)
      if (heard.kingOf(hop) === mesh.self)
        await mesh.publish(kingTag(place, hop), encodeView(heard.proposalOf(hop)))
      deadline += roundMs
      await until(() => isOver() || heard.hasProposal(hop), deadline)
      held = heard.heldAfter(hop)
    }

    // 5. What I lack.
    const decided = heard.decided ?? held
    const isUnlike = (i: number) => view[i] !== decided[i] && (isClosed || view[i] !== absent)
    return {
      said: await payloadsOf(mesh, place, heard, { speakers, view: decided, signal }),
      unlike: speakers.filter((_, i) => isUnlike(i)),
    }
  })
}

/** What my view names, for those whom its speaker told something else. */
function offerCopies(mesh: Mesh, place: ExchangePlace, speakers: readonly PeerId[], heard: Heard): void {
  for (const speaker of speakers) {
    const payload = heard.payloadOf(speaker)
    // A function, because offered bytes are copied, and these never change.
    if (payload !== undefined) mesh.offer(copyTag(place, speaker), () => payload)
  }
}

interface Wanted {
  readonly speakers: readonly PeerId[]
  readonly view: View
  readonly signal: AbortSignal
}

async function payloadsOf(
  mesh: Mesh,
  place: ExchangePlace,
  heard: Heard,
  { speakers, view, signal }: Wanted,
): Promise<Agreed['said']> {
  const payloads = new Map<PeerId, Uint8Array>()
  const present = speakers.map((speaker, i) => ({ speaker, digest: view[i] ?? absent }))
  const found = present
    .filter(({ digest }) => digest !== absent)
    .map(async ({ speaker, digest }) => {
      const copy = () =>
        copyOf(mesh, copyTag(place, speaker), heard.holdersOf(speaker, digest), { digest, signal })
      return { speaker, payload: heard.payloadOf(speaker, digest) ?? (await copy()) }
    })
  for (const { speaker, payload } of await Promise.all(found)) payloads.set(speaker, payload)
  return payloads
}

/** From the first that has it. All are asked at once: one after the other, f liars would take their time. */
function copyOf(
  mesh: Mesh,
  tag: Tag,
  holders: readonly PeerId[],
  { digest, signal }: { readonly digest: string; readonly signal: AbortSignal },
): Promise<Uint8Array> {
  const { promise, resolve } = Promise.withResolvers<Uint8Array>()
  const take = (payload: Uint8Array) => {
    if (toHex(sha256(payload)) === digest) resolve(payload)
  }
  for (const holder of holders) mesh.ask(holder, tag, { signal }).then(take, () => {}) // another one has it
  return abortable(promise, signal)
}
