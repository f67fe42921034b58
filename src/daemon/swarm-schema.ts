/**
 * The table of the swarm file's settings: type, bounds, default and meaning of each. Everything else follows from it: what
 * a file may say, what an error names, the commented file that `medoid init` writes, and docs/SETTINGS.md.
 */
import { z } from 'zod'
import { profiles } from '../agreement/profile.ts'
import { trainingSettings } from '../model/training-settings.ts'
import { maxMembers, rolePattern } from '../peer/roster.ts'
import { peerIdSchema } from '../peer/swarm-document.ts'
import { above, allow, means, oneOf, rowsOf, type SettingRow, text, whole } from '../util/settings-table.ts'

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

const roundsByHand = allow(
  'derived or a whole number from 0 to 1000',
  z.union([z.literal('derived'), z.int().min(0).max(1000)]),
)

const agreement = z
  .strictObject({
    protocol: means(
      'How peers learn together: a protocol, with parameters where it has them.',
      text('a protocol, such as learn or draco:code=cyclic', /^.{1,256}$/).default('learn'),
    ),
    profile: means(
      "practical: one exchange of gradients and one of models a step. proven: as many as LEARN's theorem asks for. garfield: as in the loop of LEARN's authors, ceil(log2 t) more exchanges of gradients than practical. single: one exchange of gradients and none of models, outside the proof.",
      oneOf(...profiles).default('practical'),
    ),
    halvings: means(
      'For proven: how often the spread of the gradients is halved at step t. log2: ceil(log2 t) times, for data that differ. A number: as often at every step; 0 is the form for data that are alike, without agreement on gradients.',
      allow(
        'log2 or a whole number from 0 to 64',
        z.union([z.literal('log2'), z.int().min(0).max(64)]),
      ).default('log2'),
    ),
    rounds: means(
      'Exchanges of each agreement on gradients. derived: as many as the profile asks for. A number is set by hand, outside the proof.',
      roundsByHand.default('derived'),
    ),
    modelRounds: means('The same for models.', roundsByHand.default('derived')),
    growingBatch: means(
      "Whether the gradient of step t uses t samples, as LEARN's theorem asks, until they are training.batch. Momentum does in practice what this is for: with it, set training.momentum to 0.",
      allow('true or false', z.boolean()).default(false),
    ),
    rule: means(
      'How gradients are combined.',
      text('a rule, such as nnm>trmean', /^.{1,256}$/).default('nnm>trmean'),
    ),
    modelRule: means(
      'How models are combined.',
      text('a rule, such as trmean, mda or midpoint', /^.{1,256}$/).default('trmean'),
    ),
  })
  .prefault({})

const synchrony = z
  .strictObject({
    policy: means(
      'synchronous: wait for all until the deadline. quorum: go on with the first n - f. reliable: no deadline either, but everything is broadcast reliably and vouched for by n - f witnesses, so that n >= 3f+1 suffices whoever is late; three more delays an exchange.',
      oneOf('synchronous', 'quorum', 'reliable').default('synchronous'),
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

const peerId = allow('a peer id, as medoid init prints it', peerIdSchema)

const membership = z
  .strictObject({
    policy: means(
      'open: the first that ask are in, whoever they are. listed: those in peers alone.',
      oneOf('open', 'listed').default('open'),
    ),
    peers: means(
      'Who is let in when the policy is listed: peer ids, as medoid init prints them.',
      allow('a list of peer ids', z.array(peerId).max(maxMembers)).default([]),
    ),
    roles: means(
      'Who has which role of the protocol, where that matters: each role with a list of peer ids. The places of those who are named are kept for them. Roles of servers that are left go to the founder first and then in the order of admission; the others train.',
      allow(
        'a mapping from roles to lists of peer ids',
        z.record(z.string().regex(rolePattern), z.array(peerId).max(maxMembers)),
      ).default({}),
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
    'Members that train, the founder included if it does. The servers of the protocol, where it has any, come on top. Training starts when all are there.',
    whole(1, maxMembers).default(4),
  ),
  f: means(
    'Members of them that may lie, at most (declared, not known). How many servers may is for the protocol to say.',
    whole(0, maxMembers - 1).default(1),
  ),
  seed: means(
    'Decides the first model, the shares of the data and the batches; the same at all peers.',
    whole(0, 4_294_967_295).default(1),
  ),
  task: means('The data.', task),
  model: means('What to train: mlp has 79,510 parameters, cnn 90,460.', oneOf('mlp', 'cnn').default('mlp')),
  training: means('How to train.', trainingSettings),
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

/** The table as data. */
export const settingRows = (): SettingRow[] => rowsOf(swarmSchema)
