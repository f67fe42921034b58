/** The second server: learns the distances of the vectors and nothing else, and chooses their weights. */
import type { Mesh, PeerId } from '../../mesh/mesh.ts'
import { scoped } from '../../util/signal.ts'
import { decodeReport } from '../witness.ts'
import { Conversation } from './conversation.ts'
import { decode, encode } from './fixed-point.ts'
import { keepHalves } from './halves.ts'
import { distanceShares, pairAt, secondWeightedSum } from './on-shares.ts'
import { inRange, openRows, type Side } from './opening.ts'
import type { TwoServerOptions, TwoServerReport } from './report.ts'
import { bytesOf, seedBytes, type Words, wordsOf } from './ring/ring.ts'
import { type IntegerWeights, integerWeights, selectingRule, selectionOf } from './selection.ts'
import { type Setting, settingOf } from './stage.ts'
import { keepingRows, secondHalf } from './triples.ts'

/** @param dimension of the model: it has none of its own */
export async function* secondServer(
  mesh: Mesh,
  dimension: number,
  options: TwoServerOptions,
): AsyncGenerator<TwoServerReport, void, undefined> {
  const { steps, firstStep = 1, signal } = options
  const setting = settingOf(mesh, dimension, options)

  for (let step = firstStep; step <= steps; step++) {
    mesh.advance(step)
    const talk = new Conversation(setting, step)
    yield await scoped(signal, (scope) => {
      const halves = { share: new Map<PeerId, Uint8Array>(), check: new Map<PeerId, Uint8Array>() }
      return Promise.race([
        choose(talk, setting, options, halves),
        keepHalves(talk, 'share', halves.share, scope),
        keepHalves(talk, 'check', halves.check, scope),
      ])
    })
  }
}

type Kept = ReadonlyMap<PeerId, Uint8Array>

async function choose(
  talk: Conversation,
  setting: Setting,
  { rule: written, f }: TwoServerOptions,
  halves: { readonly share: Kept; readonly check: Kept },
): Promise<TwoServerReport> {
  const { mesh, ring, cast, sizes, fixedPoint, bits, checksRange } = setting
  const { codecs, step } = talk
  const n = sizes.workers
  const began = mesh.clock.now()
  const named = (report: Uint8Array, kept: Kept) =>
    new Map(decodeReport(report, cast.workers).map((peer) => [peer, wordsIn(kept.get(peer))]))

  // 1. Whose vectors are shared, as the first server has decided.
  const seed = await talk.hear(talk.tag('triple', 'second'), cast.dealer, codecs.triple.second)
  const correction = await talk.hearWords(
    talk.tag('triple', 'correction'),
    cast.dealer,
    codecs.triple.correction,
  )
  const half = keepingRows(secondHalf(ring, seed, correction, sizes))
  const side: Side = { isFirst: false, other: cast.first, half }
  const begun = await talk.hear(talk.tag('share', 'challenge'), cast.first, codecs.share.challenge)
  const shares = named(begun.subarray(seedBytes), halves.share)

  // 2. Open the masked vectors; meanwhile, check the range of what they mask.
  const checked = async () => {
    if (!checksRange) return [...shares.keys()]
    const proven = await talk.hear(talk.tag('check', 'proven'), cast.first, codecs.check.proven)
    const proofs = named(proven, halves.check)
    return inRange(talk, side, { shares, proofs, challenge: begun.subarray(0, seedBytes), bits })
  }
  const [opened, accepted] = await Promise.all([openRows(talk, side, shares), checked()])

  // 3. The distances, and the weights that the rule gives.
  const rows = cast.workers.flatMap((peer, worker) =>
    accepted.includes(peer) ? [{ worker, opened: opened[worker] as Words }] : [],
  )
  const mine = distanceShares(ring, rows, half, { workers: n, isFirst: false })
  const theirs = await talk.hearWords(talk.tag('distance', 'share'), cast.first, codecs.distance.share)
  const heardAt = mesh.clock.now()
  const all = decode(ring.add(mine, theirs), 2 * fixedPoint.fractionBits)
  const places = rows.map(({ worker }) => worker)
  const distances = squareOf(all, places, n, (2 * setting.acceptedNorm) ** 2)
  const rule = selectingRule(written)
  // Who is not here is one of the f: so the rule sees what it would of a vector infinitely far away.
  const lying = f - (n - rows.length)
  rule.check(
    rows.map(() => ({ length: sizes.dimension })),
    lying,
  )
  const selected = selectionOf(distances, { rule, f: lying, random: mesh.random })
  const weights = new Float64Array(n)
  for (const [k, place] of places.entries()) weights[place] = selected[k] as number
  const chosenAt = mesh.clock.now()

  // 4. Its share of the weighted sum, for the first server alone.
  await sayWeights(talk, { ...side, half }, opened, integerWeights(weights))
  const times = { computeMs: 0, exchangeMs: heardAt - began, ruleMs: chosenAt - heardAt }
  const missing = cast.workers.filter((peer) => !shares.has(peer))
  const refused = [...shares.keys()].filter((peer) => !accepted.includes(peer))
  return { step, gradient: undefined, model: undefined, times, heard: accepted, missing, refused, weights }
}

/** Masked weights and their divisor, and this server's share of the sum. */
async function sayWeights(
  talk: Conversation,
  { other, half }: Side & { readonly half: ReturnType<typeof secondHalf> },
  opened: readonly Words[],
  { numerators, divisor }: IntegerWeights,
): Promise<void> {
  const { ring } = talk.stage
  const masked = ring.subtract(encode(numerators, 0), half.weights)
  const said = new Uint32Array(masked.length + 2)
  said.set(masked)
  said.set(encode([divisor], 0), masked.length)
  await talk.say(talk.tag('weight', 'masked'), bytesOf(said), other)
  const rest = secondWeightedSum(ring, { opened, masked, half }, half.weights)
  await talk.say(talk.tag('weight', 'rest'), bytesOf(rest), other)
}

/** The distances of those at `places` to each other: [m * m]. What no vectors in range can have is infinite. */
function squareOf(pairs: Float64Array, places: readonly number[], n: number, limit: number): Float64Array {
  return Float64Array.from(
    places.flatMap((i) =>
      places.map((j) => {
        if (i === j) return 0
        const distance = pairs[pairAt(Math.min(i, j), Math.max(i, j), n)] as number
        return distance >= 0 && distance <= limit ? distance : Number.POSITIVE_INFINITY
      }),
    ),
  )
}

/** A payload as a vector. The first server names those alone of whom it was told that their half is here. */
function wordsIn(payload: Uint8Array | undefined): Words {
  if (payload === undefined) return new Uint32Array()
  return wordsOf(new BigUint64Array(payload.buffer, payload.byteOffset, payload.byteLength / 8))
}
