/**
 * What is true of every rule whatever the vectors are. What each rule promises stands in one table, as docs/RULES.md has
 * it; a rule that is not in it fails the last test.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Given } from '../../src/gar/gar.ts'
import { parseMixer, parseRule } from '../../src/gar/pipeline.ts'
import { rules } from '../../src/gar/rules.ts'
import { boxDiagonal, radius } from '../../src/gar/spread.ts'
import { permutation, seededRandom } from '../../src/util/prng.ts'
import { bits, everythingFor, normalVectors, numbers, type Scene, scenesOf } from './helpers.ts'

interface Promised {
  /** x when all are x. */
  readonly fixed?: false
  /** Of the order of the inputs: to the bit, but for rounding where no two keys are equal, or depends on it. */
  readonly order: 'bits' | 'general' | 'matters'
  /** x + t where all move by t; `general`: where no two values are equally far from a median, as rounding would decide. */
  readonly moves?: false | 'general'
  /** a x where all are scaled by a, exactly for powers of two. */
  readonly scales?: false
  /** Where f vectors of 1e30 leave the result: in the honest box, or no farther than this from what `from` gives. */
  readonly far:
    | 'box'
    | { readonly from: 'honest' | 'zero'; reach(scene: Pick<Scene, 'f' | 'vectors'>): number }
}

/**
 * Of the geometric median (its objective never rises from the start s in the honest box, so |z - s| is at most
 * 2 / (n - 2f) times the summed distances of the honest from s), and of CAF, whose best round spreads no more than the
 * honest do.
 */
const ball = {
  from: 'honest',
  reach: ({ vectors, f }: Pick<Scene, 'f' | 'vectors'>) =>
    (1 + (2 * (vectors.length - f)) / (vectors.length - 2 * f)) * boxDiagonal(vectors.slice(f)) + 1e-3,
} as const
/** The same from a start at zero: the summed distances from there, and what smoothing with nu = 0.1 may hide of each. */
const fromZero = ({ vectors, f }: Pick<Scene, 'f' | 'vectors'>) =>
  ((2 * vectors.length) / (vectors.length - 2 * f)) * (farthest(vectors.slice(f)) + 0.1)
const anyway = { order: 'bits', far: 'box' } as const
const choosing = { order: 'general', far: 'box' } as const
const ordered = { order: 'matters', far: 'box' } as const

const promises: Readonly<Record<string, Promised>> = {
  median: anyway,
  'median:even=lower': anyway,
  'median:even=upper': anyway,
  'median-nan': anyway,
  trmean: anyway,
  meamed: anyway,
  'meamed:even=lower': anyway,
  phocas: anyway,
  krum: choosing,
  'krum:neighbors=n-f-1': choosing,
  'krum:distance=euclidean': choosing,
  multikrum: choosing,
  'multikrum:m=n-f': choosing,
  mda: ordered,
  mva: choosing,
  smea: choosing,
  bulyan: ordered,
  'bulyan-multikrum': { ...ordered, moves: 'general' },
  caf: { order: 'general', far: ball },
  geomed: { order: 'general', scales: false, far: ball },
  'geomed:init=zero,nu=0.1,T=3': {
    order: 'general',
    moves: false,
    scales: false,
    far: { from: 'zero', reach: fromZero },
  },
  aksel: choosing,
  'aksel:mode=n-f,even=lower': choosing,
  cge: { ...choosing, moves: false },
  monna: choosing,
  centeredclipping: {
    fixed: false,
    order: 'general',
    moves: false,
    scales: false,
    far: { from: 'zero', reach: () => 100 },
  },
  'centeredclipping:L=3,tau=10': {
    fixed: false,
    order: 'general',
    moves: false,
    scales: false,
    far: { from: 'zero', reach: () => 30 },
  },
  'centeredclipping:m0=own': {
    order: 'general',
    scales: false,
    far: { from: 'zero', reach: ({ vectors, f }) => farthest(vectors.slice(f)) + 100 },
  },
  'nnm>trmean': choosing,
  'nnm>median': choosing,
  'bucketing>median': ordered,
  'bucketing:s=3>trmean': ordered,
  'clipping>trmean': {
    fixed: false,
    order: 'general',
    moves: false,
    scales: false,
    far: { from: 'zero', reach: ({ vectors }) => 2 * Math.sqrt(lengthOf(vectors)) },
  },
  // At least f are cut to the length of an honest vector.
  'arc>trmean': {
    order: 'general',
    moves: false,
    far: {
      from: 'zero',
      reach: ({ vectors, f }) => farthest(vectors.slice(f)) * Math.sqrt(lengthOf(vectors)),
    },
  },
}

const runs = { numRuns: 60 }

for (const [text, promised] of Object.entries(promises)) {
  const { aggregate, minimum } = parseRule(text)
  const scenes = scenesOf(minimum)
  const result = ({ vectors, f }: Pick<Scene, 'f' | 'vectors'>, given: Given = {}) =>
    aggregate(vectors, f, { ...everythingFor(vectors), ...given })

  describe(text, () => {
    it('leaves its input as it was, gives a vector of its own, and the same again', () => {
      fc.assert(
        fc.property(scenes, (scene) => {
          const before = scene.vectors.map(bits)
          const first = bits(result(scene))
          result(scene).fill(12345)
          assert.deepEqual(scene.vectors.map(bits), before)
          assert.deepEqual(bits(result(scene)), first)
        }),
        runs,
      )
    })

    if (promised.fixed !== false)
      it('gives x when all vectors are x', () => {
        fc.assert(
          fc.property(scenes, ({ vectors, f }) => {
            const [x] = vectors as [Float32Array]
            assert.deepEqual(numbers(result({ f, vectors: vectors.map(() => x) })), numbers(x))
          }),
          runs,
        )
      })

    if (promised.order === 'bits')
      it('does not depend, to the bit, on the order of the vectors', () => {
        fc.assert(
          fc.property(scenes, fc.integer(), ({ vectors, f }, seed) => {
            const shuffled = shuffledPositions(vectors.length, seed).map((i) => vectors[i] as Float32Array)
            assert.deepEqual(bits(result({ f, vectors: shuffled })), bits(result({ f, vectors })))
          }),
          runs,
        )
      })

    if (promised.order === 'general')
      it('does not depend on the order of vectors in general position', () => {
        for (let seed = 0; seed < 30; seed++) {
          const vectors = normalVectors(seed, 9, 4)
          const positions = shuffledPositions(9, seed)
          const shuffled = { f: 2, vectors: positions.map((i) => vectors[i] as Float32Array) }
          assertNear(
            result(shuffled, { own: positions.indexOf(0) }),
            result({ f: 2, vectors }, { own: 0 }),
            1e-6,
          )
        }
      })

    if (promised.moves !== false)
      it('moves with the vectors', () => {
        const moving = promised.moves === 'general' ? scenes.filter(({ ties }) => !ties) : scenes
        fc.assert(
          fc.property(moving, fc.integer({ min: -100, max: 100 }), ({ vectors, f }, shift) => {
            const shifted = vectors.map((vector) => vector.map((value) => value + shift))
            const expected = result({ f, vectors }).map((value) => value + shift)
            // Coordinates are below 1100, where float32s are 1.2e-4 apart.
            assertNear(result({ f, vectors: shifted }), expected, 5e-4)
          }),
          runs,
        )
      })

    if (promised.scales !== false)
      it('scales with the vectors, exactly by powers of two', () => {
        fc.assert(
          fc.property(scenes, fc.constantFrom(0.25, 4), ({ vectors, f }, scale) => {
            const scaled = vectors.map((vector) => vector.map((value) => value * scale))
            const expected = result({ f, vectors }).map((value) => value * scale)
            assert.deepEqual(bits(result({ f, vectors: scaled })), bits(expected))
          }),
          runs,
        )
      })

    it('stays where it promises to when f vectors are far away', () => {
      const { far } = promised
      fc.assert(
        fc.property(scenes, fc.boolean(), (scene, together) => {
          const { f } = scene
          const honest = scene.vectors.slice(f)
          const liars = scene.vectors
            .slice(0, f)
            .map((vector, i) => vector.map((value) => value + (together ? 1e30 : (i + 1) * -1e30)))
          const moved = result({ f, vectors: [...honest, ...liars] })
          if (far === 'box') return assertInBox(moved, honest)
          const from = far.from === 'zero' ? moved.map(() => 0) : (honest[0] as Float32Array)
          const distance = radius(from, [moved], 1)
          assert.ok(distance <= far.reach(scene) * (1 + 1e-6), `${distance} of ${far.reach(scene)}`)
        }),
        runs,
      )
    })
  })
}

describe('rules that promise the honest box whatever f others are', () => {
  for (const text of ['median', 'median:even=lower', 'median:even=upper', 'median-nan', 'trmean']) {
    it(text, () => {
      const { aggregate, minimum } = parseRule(text)
      const wild = fc.constantFrom(3.4e38, -3.4e38, 1e-40, 0, 7)
      fc.assert(
        fc.property(scenesOf(minimum), fc.infiniteStream(wild), ({ vectors, f }, values) => {
          const honest = vectors.slice(f)
          const liars = vectors.slice(0, f).map((vector) => vector.map(() => values.next().value as number))
          assertInBox(aggregate([...liars, ...honest], f, everythingFor(vectors)), honest)
        }),
      )
    })
  }
})

describe('a pipeline', () => {
  const mixers = [
    'nnm',
    'bucketing:s=2',
    'bucketing:s=3,seed=7',
    'clipping:c=1',
    'arc',
    'arc>nnm',
    'nnm>arc>nnm',
  ]
  for (const before of [...mixers, 'bucketing>nnm', 'clipping>bucketing'])
    it(`of ${before} and any rule does what its steps do one after the other`, () => {
      for (const rule of ['trmean', 'krum', 'mda', 'geomed', 'centeredclipping', 'phocas']) {
        const pipeline = parseRule(`${before}>${rule}`)
        const scenes = scenesOf((f) => pipeline.minimum(f), 2)
        fc.assert(
          fc.property(scenes, ({ vectors, f }) => {
            const rows = before.split('>').reduce((made, stage) => parseMixer(stage)(made, f), vectors)
            const start = vectors[0]
            const stepwise = parseRule(rule).aggregate(rows, f, { start })
            assert.deepEqual(numbers(pipeline.aggregate(vectors, f, { start })), numbers(stepwise))
          }),
          { numRuns: 15 },
        )
      }
    })
})

describe('single rules', () => {
  it('krum gives one of its inputs, to the bit, and multikrum with m=1 the same', () => {
    fc.assert(
      fc.property(scenesOf(parseRule('krum').minimum), ({ vectors, f }) => {
        const winner = parseRule('krum').aggregate(vectors, f)
        assert.ok(vectors.some((vector) => bits(vector).join() === bits(winner).join()))
        assert.deepEqual(numbers(parseRule('multikrum:m=1').aggregate(vectors, f)), numbers(winner))
      }),
    )
  })

  it('krum breaks ties by the lowest position', () => {
    const corners = [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ].map((row) => Float32Array.from(row))
    assert.deepEqual([...parseRule('krum').aggregate(corners, 0)], [0, 0])
    assert.deepEqual([...parseRule('krum').aggregate(corners.reverse(), 0)], [1, 1])
  })

  it('with f = 0 many rules are the average', () => {
    const same = [
      'mda',
      'mva',
      'smea',
      'cge',
      'multikrum:m=n-f',
      'trmean',
      'meamed',
      'phocas',
      'aksel:mode=n-f',
      'average-nan',
    ]
    fc.assert(
      fc.property(
        scenesOf(() => 3, 4, 0),
        ({ vectors }) => {
          const mean = parseRule('average').aggregate(vectors, 0)
          for (const rule of same)
            assertNear(parseRule(rule).aggregate(vectors, 0, everythingFor(vectors)), mean, 1e-4)
        },
      ),
    )
  })
})

it('every robust rule and every pre-aggregator has its properties tried', () => {
  const tried = new Set(
    Object.keys(promises).flatMap((text) => parseRule(text).stages.map(({ name }) => name)),
  )
  // What withstands nobody, and what is partly chance, promise nothing of the kind.
  for (const name of ['average', 'average-nan', 'smea-power1']) tried.add(name)
  assert.deepEqual(
    [...rules.keys()].filter((name) => !tried.has(name)),
    [],
  )
})

function shuffledPositions(n: number, seed: number): number[] {
  return Array.from(permutation(n, seededRandom(seed)))
}

/** The greatest norm. */
function farthest(vectors: readonly Float32Array[]): number {
  return radius(new Float32Array(lengthOf(vectors)), vectors, vectors.length)
}

function lengthOf(vectors: readonly Float32Array[]): number {
  return vectors[0]?.length ?? 0
}

function assertNear(ours: Float32Array, theirs: Float32Array, tolerance: number): void {
  for (const [k, value] of ours.entries()) {
    const expected = theirs[k] as number
    assert.ok(Math.abs(value - expected) <= tolerance, `coordinate ${k}: ${value}, expected ${expected}`)
  }
}

function assertInBox(result: Float32Array, honest: readonly Float32Array[]): void {
  for (const [k, value] of result.entries()) {
    const values = honest.map((vector) => vector[k] as number)
    assert.ok(
      Math.min(...values) <= value && value <= Math.max(...values),
      `coordinate ${k}: ${value} not in ${values}`,
    )
  }
}
