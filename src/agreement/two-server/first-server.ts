/**
 * The first server: decides who is in, learns the weighted mean and nothing else, and publishes it.
 *
 * It keeps the model too, where it is given a learner: it needs no data for that.
 */
import type { Mesh, PeerId } from '../../mesh/mesh.ts'
import type { Learner } from '../../model/learner.ts'
import { allFinite } from '../../util/finite.ts'
import { agreementError } from '../errors.ts'
import { encodeReport } from '../witness.ts'
import { Conversation } from './conversation.ts'
import { twoServerError } from './errors.ts'
import { decode } from './fixed-point.ts'
import { bothHalves, type HalvesOptions } from './halves.ts'
import { distanceShares, firstWeightedSum } from './on-shares.ts'
import { inRange, openRows, type Side } from './opening.ts'
import type { TwoServerOptions, TwoServerReport } from './report.ts'
import { bytesOf, seedBytes, type Words } from './ring/ring.ts'
import { settingOf } from './stage.ts'
import { firstHalf, keepingRows } from './triples.ts'

export async function* firstServer(
  mesh: Mesh,
  learner: Pick<Learner, 'dimension' | 'apply'>,
  options: TwoServerOptions,
): AsyncGenerator<TwoServerReport, void, undefined> {
  const { steps, firstStep = 1, f, wait, onProgress } = options
  const setting = settingOf(mesh, learner.dimension, options)
  const { ring, cast, sizes, fixedPoint, bits, checksRange } = setting
  const n = sizes.workers

  for (let step = firstStep; step <= steps; step++) {
    mesh.advance(step)
    const talk = new Conversation(setting, step)
    const { codecs } = talk
    const began = mesh.clock.now()
    const onWaiting: HalvesOptions['onWaiting'] = (waitingFor, stalled) =>
      onProgress?.({ step, doing: 'exchange', phase: 'gradient', waitingFor, stalled })
    const halvesOf = (phase: 'share' | 'check', of: readonly PeerId[]) =>
      bothHalves(talk, phase, { ...wait, of, least: n - f, onWaiting })

    // 1. Whose vectors are shared: both servers have their half.
    const seed = await talk.hear(talk.tag('triple', 'first'), cast.dealer, codecs.triple.first)
    const half = keepingRows(firstHalf(ring, seed, sizes))
    const side: Side = { isFirst: true, other: cast.second, half }
    const shares = expanded(await halvesOf('share', cast.workers), (seed) =>
      ring.expand(seed, 0, sizes.dimension),
    )
    const challenge = mesh.random.bytes(seedBytes)
    const named = encodeReport(new Set(shares.keys()), cast.workers)
    await talk.say(talk.tag('share', 'challenge'), joined(challenge, named))

    // 2. Open the masked vectors; meanwhile, check the range of what they mask.
    const checked = async () => {
      if (!checksRange) return [...shares.keys()]
      const proofs = expanded(await halvesOf('check', [...shares.keys()]), (seed) =>
        ring.expand(seed, 0, sizes.proof),
      )
      const proven = encodeReport(new Set(proofs.keys()), cast.workers)
      await talk.say(talk.tag('check', 'proven'), proven, cast.second)
      return inRange(talk, side, { shares, proofs, challenge, bits })
    }
    const [opened, accepted] = await Promise.all([openRows(talk, side, shares), checked()])
    if (accepted.length < n - f) {
      const code = 'AGREEMENT_TWO_SERVER_TOO_FEW'
      throw twoServerError({ code, step, n, f, accepted: accepted.length })
    }

    // 3. Distances, for the second server alone.
    const rows = cast.workers.flatMap((peer, worker) =>
      accepted.includes(peer) ? [{ worker, opened: opened[worker] as Words }] : [],
    )
    const distances = distanceShares(ring, rows, side.half, { workers: n, isFirst: true })
    await talk.say(talk.tag('distance', 'share'), bytesOf(distances), cast.second)

    // 4. The mean that it chose, from masked weights and its share.
    const weights = await talk.hearWords(talk.tag('weight', 'masked'), cast.second, codecs.weight.masked)
    const rest = await talk.hearWords(talk.tag('weight', 'rest'), cast.second, codecs.weight.rest)
    const [divisor = 1] = decode(weights.subarray(2 * n), 0)
    const masked = weights.subarray(0, 2 * n)
    const sum = ring.add(firstWeightedSum(ring, { opened, masked, half: side.half }), rest)
    const z = Float32Array.from(decode(sum, fixedPoint.fractionBits), (value) => value / divisor)
    if (!allFinite(z)) throw agreementError({ code: 'AGREEMENT_DIVERGED', step, phase: 'gradient' })

    // 5. Publish, and step.
    await talk.say(talk.tag('result', 'value'), codecs.result.value.encode(z))
    const saidAt = mesh.clock.now()
    await mesh.clock.hold(learner.apply(z, step))

    const times = { computeMs: mesh.clock.now() - saidAt, exchangeMs: saidAt - began, ruleMs: 0 }
    const missing = cast.workers.filter((peer) => !shares.has(peer))
    const refused = [...shares.keys()].filter((peer) => !accepted.includes(peer))
    yield { step, gradient: undefined, model: undefined, times, heard: accepted, missing, refused }
  }
}

/** What the seeds stand for. */
function expanded(
  seeds: ReadonlyMap<PeerId, Uint8Array>,
  expand: (seed: Uint8Array) => Words,
): ReadonlyMap<PeerId, Words> {
  return new Map(Array.from(seeds, ([peer, seed]) => [peer, expand(seed)]))
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}
