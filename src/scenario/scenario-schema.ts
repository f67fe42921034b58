/**
 * The table of a scenario's settings: one arm of it, with one seed. Where a name is that of the swarm file, it means the same.
 * What a scenario may say, what an error names, and docs/SETTINGS.md follow from the table.
 */
import { z } from 'zod'
import type { Attack } from '../attack/attacks.ts'
import type { Pipeline } from '../gar/pipeline.ts'
import { backendNames } from '../model/learner-options.ts'
import { trainingSettings } from '../model/training-settings.ts'
import {
  above,
  allow,
  between,
  means,
  oneOf,
  rowsOf,
  type SettingRow,
  text,
  whole,
} from '../util/settings-table.ts'

/** More members than a swarm may have: in virtual time they cost memory alone. */
const maxMembers = 4096
const day = 24 * 60 * 60 * 1000

const isPipeline = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'aggregate' in value && 'text' in value
const isAttack = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'misbehave' in value && 'text' in value

const aRule = (example: string) =>
  allow(
    `a rule, such as ${example}, or in TypeScript what ownRule makes`,
    z.union([z.string().min(1).max(256), z.custom<Pipeline>(isPipeline)]),
  )
const anAttack = allow(
  'none, or attacks, such as ipm:tau=0.5, or in TypeScript what ownAttack makes',
  z.union([z.string().min(1).max(1024), z.custom<Attack>(isAttack)]),
)

const task = z
  .strictObject({
    data: means(
      'What to learn from: mnist, a directory with four IDX files named as those of MNIST, or quadratic: no data, each member is drawn to a center of its own.',
      text('mnist, quadratic or a directory', /^\S.{0,255}$/).default('mnist'),
    ),
    split: means(
      'Which samples a member trains on. iid: equal parts. dirichlet: one-sided ones. shards: the samples sorted by class, in shards of which each member gets some.',
      oneOf('iid', 'dirichlet', 'shards').default('iid'),
    ),
    alpha: means(
      'How one-sided dirichlet shares are: the smaller, the more.',
      above(0, 1_000_000).default(0.5),
    ),
    shards: means(
      'For shards: how many each member gets. 1 is the extreme: one class or two each.',
      whole(1, 1000).default(1),
    ),
    dimension: means('For quadratic: length of the vectors.', whole(1, 10_000_000).default(100)),
    apart: means(
      'For quadratic: standard deviation of the centers, at each coordinate, around 1.',
      between(0, 1_000_000).default(0.2),
    ),
    noise: means(
      'For quadratic: standard deviation of the noise on each coordinate of a gradient.',
      between(0, 1_000_000).default(0),
    ),
  })
  .prefault({})

const agreement = z
  .strictObject({
    protocol: means('How members learn together.', oneOf('learn').default('learn')),
    profile: means(
      "practical: one exchange of gradients and one of models a step. proven: as many as LEARN's theorem asks for.",
      oneOf('practical', 'proven').default('practical'),
    ),
    rule: means('How gradients are combined.', aRule('nnm>trmean').default('nnm>trmean')),
    modelRule: means('How models are combined.', aRule('trmean').default('trmean')),
  })
  .prefault({})

const synchrony = z
  .strictObject({
    policy: means(
      'synchronous: wait for all until the deadline. quorum: go on with the first n - f.',
      oneOf('synchronous', 'quorum').default('synchronous'),
    ),
    late: means(
      'How many honest members may miss a deadline at once (u): what the guard reckons with. With the latencies of the default network nobody honest is late.',
      whole(0, maxMembers).default(0),
    ),
    deadlineMs: means(
      'Virtual time until who is missing is done without, in milliseconds.',
      whole(10, day).default(1000),
    ),
    missLimit: means(
      'Deadlines that a member may miss in a row before it is no longer waited for.',
      whole(1, 1000).default(2),
    ),
  })
  .prefault({})

const evaluation = z
  .strictObject({
    everySteps: means(
      'Measure after every so many steps; 0 for only at the end.',
      whole(0, 100_000_000).default(25),
    ),
    samples: means(
      'Test samples to measure on before the end; at the end it is all of them.',
      whole(1, 100_000_000).default(1000),
    ),
    members: means(
      'How many honest members are measured, in the order of their positions; at the end it is all of them.',
      whole(1, maxMembers).default(3),
    ),
  })
  .prefault({})

export const armSchema = z.strictObject({
  label: means(
    'What tables and pictures call the arm; empty: after the settings in which arms differ.',
    text('up to 80 characters', /^.{0,80}$/).default(''),
  ),
  n: means('Members.', whole(1, maxMembers).default(7)),
  f: means('Members that may lie, at most: what the rules reckon with.', whole(0, maxMembers - 1).default(2)),
  byzantine: means(
    'How many members really attack, the last ones; f: as many as may.',
    allow(
      `f or a whole number from 0 to ${maxMembers - 1}`,
      z.union([
        z.literal('f'),
        z
          .int()
          .min(0)
          .max(maxMembers - 1),
      ]),
    ).default('f'),
  ),
  attack: means(
    'What they do: one attack for each, with commas; the last repeats. none: nobody attacks, whatever byzantine is.',
    anAttack.default('none'),
  ),
  seed: means(
    'Decides everything that is drawn. A list repeats every arm with each seed; it makes no arms.',
    whole(0, 4_294_967_295).default(1),
  ),
  task: means('The data.', task),
  model: means(
    'What to train on images: mlp has 79,510 parameters, cnn 90,460.',
    oneOf('mlp', 'cnn').default('mlp'),
  ),
  training: means('How to train.', trainingSettings),
  agreement: means('How to agree.', agreement),
  synchrony: means('Whom to wait for.', synchrony),
  evaluation: means('How often to measure.', evaluation),
  outsideProof: means(
    'Also run arms for which nothing is proven; else they are refused, with the sentence that says why.',
    allow('true or false', z.boolean()).default(false),
  ),
  backend: means(
    'Tensors: wasm and cpu compute the same bits on every machine.',
    oneOf('auto', ...backendNames).default('wasm'),
  ),
})

/** One arm with one seed, complete: every setting has its value. */
export type ArmSettings = z.infer<typeof armSchema>

/** One arm as it may be written: what it leaves out has its default. */
export type ArmInput = z.input<typeof armSchema>

/** The table as data. */
export const scenarioRows = (): SettingRow[] => rowsOf(armSchema)
