/**
 * The table of the swarm file's settings: type, bounds, default and meaning of each. Everything else follows from it: what
 * a file may say, what an error names, the commented file that `medoid init` writes, and docs/SETTINGS.md.
 */
import { z } from 'zod'
import { maxMembers } from '../peer/roster.ts'
import { peerIdSchema } from '../peer/swarm-document.ts'

/** What may be written, in words: `a whole number from 1 to 256`. Of every schema that is no section. */
const allowedTexts = z.registry<{ readonly allowed: string }>()

/** What a setting or a section means, in a sentence or two. Of every field. */
const meanings = z.registry<{ readonly about: string }>()

function allow<S extends z.ZodType>(allowed: string, schema: S): S {
  allowedTexts.add(schema, { allowed })
  return schema
}

function means<S extends z.ZodType>(about: string, schema: S): S {
  meanings.add(schema, { about })
  return schema
}

const whole = (min: number, max: number) =>
  allow(`a whole number from ${min} to ${max}`, z.int().min(min).max(max))
const between = (min: number, max: number) =>
  allow(`a number from ${min} to ${max}`, z.number().min(min).max(max))
const above = (min: number, max: number) =>
  allow(`a number above ${min}, at most ${max}`, z.number().gt(min).max(max))
const oneOf = <const V extends readonly [string, ...string[]]>(...values: V) =>
  allow(values.join(' or '), z.enum(values))
const text = (allowed: string, pattern: RegExp) => allow(allowed, z.string().regex(pattern))

const day = 24 * 60 * 60 * 1000

const task = z
  .strictObject({
    data: means(
      'What to learn from: mnist, or a directory with four IDX files named as those of MNIST. Each peer may name its own directory with --dataset.',
      text('mnist or a directory', /^\S.{0,255}$/).default('mnist'),
    ),
    split: means(
      'Which samples a peer trains on. own: all that it has. iid, dirichlet: a share of a data set that all peers have, for experiments; iid in equal parts, dirichlet one-sided.',
      oneOf('own', 'iid', 'dirichlet').default('iid'),
    ),
    alpha: means(
      'How one-sided dirichlet shares are: the smaller, the more.',
      above(0, 1_000_000).default(0.5),
    ),
  })
  .prefault({})

const learningRate = z
  .strictObject({
    kind: means(
      'constant: always rate. step: rate, multiplied by factor after every so many steps. inverse: rate / (1 + decay * (step - 1)).',
      oneOf('constant', 'step', 'inverse').default('constant'),
    ),
    rate: means('The learning rate of the first step.', above(0, 1000).default(0.5)),
    factor: means('For step: what the rate is multiplied by.', above(0, 1).default(0.5)),
    everySteps: means('For step: after how many steps.', whole(1, 1_000_000_000).default(100)),
    decay: means('For inverse: how fast the rate falls.', between(0, 1000).default(0.01)),
  })
  .prefault({})

const training = z
  .strictObject({
    steps: means('Steps to take.', whole(1, 100_000_000).default(400)),
    batch: means('Samples a gradient.', whole(1, 65_536).default(64)),
    momentum: means(
      'Weight of the past in the momentum that each peer keeps of its own gradients; 0 for none.',
      between(0, 0.9999).default(0.9),
    ),
    weightDecay: means('Coefficient of L2 regularisation; 0 for none.', between(0, 1).default(0)),
    learningRate: means('How far a step goes.', learningRate),
  })
  .prefault({})

const agreement = z
  .strictObject({
    protocol: means('How peers learn together.', oneOf('learn').default('learn')),
    profile: means(
      "practical: one exchange of gradients and one of models a step. proven: as many as LEARN's theorem asks for.",
      oneOf('practical', 'proven').default('practical'),
    ),
    rule: means(
      'How gradients are combined.',
      text('a rule, such as nnm>trmean', /^.{1,256}$/).default('nnm>trmean'),
    ),
    modelRule: means(
      'How models are combined.',
      text('a rule, such as trmean', /^.{1,256}$/).default('trmean'),
    ),
  })
  .prefault({})

const synchrony = z
  .strictObject({
    policy: means(
      'synchronous: wait for all until the deadline. quorum: go on with the first n - f.',
      oneOf('synchronous', 'quorum').default('synchronous'),
    ),
    late: means(
      'How many honest peers may miss a deadline at once (u). f: as many as may lie. 0 says that every honest peer is in time whenever the deadline is kept, and then n >= 3f+1 suffices.',
      allow(
        `f or a whole number from 0 to ${maxMembers}`,
        z.union([z.literal('f'), z.int().min(0).max(maxMembers)]),
      ).default('f'),
    ),
    deadlineMs: means(
      'Time from the start of an exchange until who is missing is done without, in milliseconds. It covers computing, sending, one relay and the skew between peers.',
      whole(10, day).default(10_000),
    ),
    missLimit: means(
      'Deadlines that a peer may miss in a row before it is no longer waited for.',
      whole(1, 1000).default(2),
    ),
  })
  .prefault({})

const membership = z
  .strictObject({
    policy: means(
      'open: the first n that ask are in, whoever they are. listed: those in peers alone.',
      oneOf('open', 'listed').default('open'),
    ),
    peers: means(
      'Who is let in when the policy is listed: peer ids, as medoid init prints them.',
      allow('a list of peer ids', z.array(peerIdSchema).max(maxMembers)).default([]),
    ),
  })
  .prefault({})

const evaluation = z
  .strictObject({
    everySteps: means(
      'Measure the model on the test data after every so many steps; 0 for only at the end.',
      whole(0, 100_000_000).default(0),
    ),
    samples: means(
      'Test samples to measure on before the end; at the end it is all of them.',
      whole(1, 100_000_000).default(1000),
    ),
  })
  .prefault({})

const limits = z
  .strictObject({
    window: means(
      'Steps behind and ahead of its own for which a peer keeps what others say. A peer further behind cannot catch up.',
      whole(1, 64).default(4),
    ),
    inlineBytes: means(
      'Payloads up to this many bytes travel inside their announcement; larger ones are pulled.',
      whole(0, 524_288).default(65_536),
    ),
    readyTimeoutMs: means(
      'Time for all peers to load data and model, in milliseconds; after it, n - f that are ready suffice.',
      whole(1000, day).default(120_000),
    ),
    lingerMs: means(
      'Time that a peer which is done stays for those that are not, in milliseconds.',
      whole(0, day).default(30_000),
    ),
  })
  .prefault({})

export const swarmSchema = z.strictObject({
  name: means(
    'A name for people.',
    text('1 to 64 letters, digits, dots and dashes', /^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$/).default('swarm'),
  ),
  n: means(
    'Members, the founder included. Training starts when there are so many.',
    whole(1, maxMembers).default(4),
  ),
  f: means('Members that may lie, at most (declared, not known).', whole(0, maxMembers - 1).default(1)),
  seed: means(
    'Decides the first model, the shares of the data and the batches; the same at all peers.',
    whole(0, 4_294_967_295).default(1),
  ),
  task: means('The data.', task),
  model: means('What to train: mlp has 79,510 parameters, cnn 90,460.', oneOf('mlp', 'cnn').default('mlp')),
  training: means('How to train.', training),
  agreement: means('How to agree.', agreement),
  synchrony: means('Whom to wait for.', synchrony),
  membership: means('Who is let in.', membership),
  evaluation: means('How often to measure.', evaluation),
  saveEverySteps: means(
    'Write the model to disk after every so many steps; 0 for only at the end.',
    whole(0, 100_000_000).default(100),
  ),
  limits: means('Bounds.', limits),
})

/** A swarm file, complete: every setting has its value. */
export type SwarmSettings = z.infer<typeof swarmSchema>

/** One row of the table, in the order of the table. */
export interface SettingRow {
  /** Dotted: `synchrony.deadlineMs`. */
  readonly path: string
  readonly about: string
  /** Absent for a section. */
  readonly allowed?: string
  /** What it is where the file does not say; absent for a section. */
  readonly fallback?: unknown
}

/** The table as data. */
export function settingRows(schema: z.ZodObject = swarmSchema, prefix = ''): SettingRow[] {
  return Object.entries(schema.shape).flatMap(([name, field]) => {
    const path = prefix + name
    const about = noteOf(meanings, field as z.ZodType, path).about
    const inner = unwrap(field as z.ZodType)
    if (inner instanceof z.ZodObject) return [{ path, about }, ...settingRows(inner, `${path}.`)]
    const { allowed } = noteOf(allowedTexts, inner, path)
    return [{ path, about, allowed, fallback: (field as z.ZodType).parse(undefined) }]
  })
}

function unwrap(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return schema.unwrap() as z.ZodType
  return schema
}

function noteOf<M extends object>(registry: z.core.$ZodRegistry<M>, schema: z.ZodType, path: string): M {
  const note = registry.get(schema) as M | undefined
  if (note === undefined) throw new Error(`the table says nothing of ${path}`)
  return note
}
