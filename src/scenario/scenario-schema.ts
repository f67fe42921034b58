/**
 * The table of a scenario's settings: one arm of it, with one seed. Where a name is that of the swarm file, it means the same.
 * What a scenario may say, what an error names, and docs/SETTINGS.md follow from the table.
 */
import { z } from 'zod'
import { profiles } from '../agreement/profile.ts'
import type { AgreementRule } from '../agreement/rule.ts'
import type { Attack } from '../attack/attacks.ts'
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

const isRule = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'aggregate' in value && 'text' in value
const isAttack = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'misbehave' in value && 'text' in value

const aRule = (example: string) =>
  allow(
    `a rule, such as ${example}, or in TypeScript what ownRule makes`,
    z.union([z.string().min(1).max(256), z.custom<AgreementRule>(isRule)]),
  )
const anAttack = allow(
  'none, or attacks, such as ipm:tau=0.5, or the path of a script, or in TypeScript what ownAttack or ownAdversary makes',
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

const roundsByHand = allow(
  'derived or a whole number from 0 to 1000',
  z.union([z.literal('derived'), z.int().min(0).max(1000)]),
)

const agreement = z
  .strictObject({
    protocol: means(
      'How members learn together: a protocol, with parameters where it has them.',
      text('a protocol, such as learn or draco:code=cyclic', /^.{1,256}$/).default('learn'),
    ),
    profile: means('The form of LEARN, as in the swarm file.', oneOf(...profiles).default('practical')),
    halvings: means(
      'For proven: how often the spread of the gradients is halved at step t; log2: ceil(log2 t) times, 0: gradients are not exchanged.',
      allow(
        'log2 or a whole number from 0 to 64',
        z.union([z.literal('log2'), z.int().min(0).max(64)]),
      ).default('log2'),
    ),
    rounds: means(
      'Exchanges of each agreement on gradients; a number is set by hand, outside the proof.',
      roundsByHand.default('derived'),
    ),
    modelRounds: means('The same for models.', roundsByHand.default('derived')),
    growingBatch: means(
      'Whether the gradient of step t uses t samples until they are training.batch.',
      allow('true or false', z.boolean()).default(false),
    ),
    rule: means('How gradients are combined.', aRule('nnm>trmean').default('nnm>trmean')),
    modelRule: means('How models are combined.', aRule('trmean').default('trmean')),
  })
  .prefault({})

const synchrony = z
  .strictObject({
    policy: means(
      'synchronous: wait for all until the deadline. quorum: go on with the first n - f. reliable: reliable broadcast and witnesses.',
      oneOf('synchronous', 'quorum', 'reliable').default('synchronous'),
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

const position = whole(0, maxMembers - 1)
const positions = allow('a list of positions, at least one', z.array(position).min(1))
const moment = between(0, 1e12)

const partition = allow(
  '{ fromMs, untilMs, sides }',
  z.strictObject({
    fromMs: moment,
    untilMs: moment,
    sides: allow('a list of lists of positions, at least two', z.array(positions).min(2)),
  }),
)

const crash = allow(
  '{ members, atMs, backAtMs }, the last where it is back',
  z.strictObject({ members: positions, atMs: moment, backAtMs: moment.optional() }),
)

const slow = allow('{ members, workMs }', z.strictObject({ members: positions, workMs: between(0, day) }))

const network = z
  .strictObject({
    latency: means(
      'How long messages travel. constant: latencyMs. uniform: up to jitterMs more. exponential: an exponential time of mean jitterMs more. log-normal: half of them less than latencyMs, with standard deviation sigma.',
      oneOf('constant', 'uniform', 'exponential', 'log-normal').default('uniform'),
    ),
    latencyMs: means('See latency; in milliseconds.', between(0, day).default(5)),
    jitterMs: means('See latency; in milliseconds.', between(0, day).default(95)),
    sigma: means('See latency.', between(0, 10).default(0.5)),
    bytesPerSecond: means(
      'How fast each link takes bytes, one message after the other; 0 for no limit.',
      between(0, 1e12).default(0),
    ),
    loss: means(
      'Share of transmissions that are lost, and repeated after retransmitMs unless they may be lost.',
      between(0, 0.99).default(0),
    ),
    lossyMembers: means(
      'How many of the members that train have such links, the first ones; all: everybody has, servers too.',
      allow(
        `all or a whole number from 0 to ${maxMembers}`,
        z.union([z.literal('all'), z.int().min(0).max(maxMembers)]),
      ).default('all'),
    ),
    retransmitMs: means('See loss; in milliseconds.', between(0, day).default(200)),
    order: means(
      'In which order messages arrive. timely: as their latencies have it. random, adversarial: nothing is known of delays, and one message arrives each millisecond; any, or always the one that makes members miss most honest vectors. For learn, without deadlines: policy quorum or reliable.',
      oneOf('timely', 'random', 'adversarial').default('timely'),
    ),
    patience: means(
      'For random and adversarial: how many messages may overtake the oldest, which then is the next.',
      whole(1, 1_000_000).default(1000),
    ),
    partitions: means(
      'Splits that open and heal: members of different sides, by position from 0, do not reach each other from fromMs until untilMs.',
      allow('a list of { fromMs, untilMs, sides }', z.array(partition).max(1000)).default([]),
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
  n: means(
    'Members that train. The servers of the protocol, where it has any, come on top.',
    whole(1, maxMembers).default(7),
  ),
  f: means(
    'Members of them that may lie, at most: what the rules reckon with.',
    whole(0, maxMembers - 1).default(2),
  ),
  byzantine: means(
    'How many of them really attack, the last ones; f: as many as may.',
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
  byzantineServers: means(
    'How many of the servers attack, too, the last ones. declared: as many as the protocol says may; none where they are trusted.',
    allow(
      `declared or a whole number from 0 to ${maxMembers - 1}`,
      z.union([
        z.literal('declared'),
        z
          .int()
          .min(0)
          .max(maxMembers - 1),
      ]),
    ).default('declared'),
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
  network: means('The links between members, each from one to one other.', network),
  workMs: means(
    'Virtual time that each computation of a member takes, in milliseconds: under LEARN its gradient, its step, its model, and loading what was agreed.',
    between(0, day).default(0),
  ),
  slow: means(
    'Members that take longer, by position from 0: their own workMs.',
    allow('a list of { members, workMs }', z.array(slow).max(1000)).default([]),
  ),
  crashes: means(
    'Processes that end: of honest members, by position from 0, at atMs. With backAtMs, which is for learn alone, another begins in the place of each then, without memory.',
    allow('a list of { members, atMs, backAtMs }', z.array(crash).max(1000)).default([]),
  ),
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
