/** What a daemon tells its owner about itself: the answer on the control socket, and what `medoid status --json` prints. */
import { z } from 'zod'

const spread = z.object({
  /** Radius around the result that holds all but f of the vectors (L2), as they came into the first exchange. */
  before: z.number(),
  /**
   * The same, as they came into the last exchange: what all exchanges but the last have left. Absent where there was one, which
   * shows no change.
   */
  after: z.number().optional(),
  rounds: z.number(),
  /** Whether the second is smaller than the first; absent where there is no second. */
  shrunk: z.boolean().optional(),
  /** What each exchange lost and proves: honest vectors that may have been missing (u), and trimmed mean's factor then. */
  exchanges: z.array(z.object({ late: z.number(), factor: z.number() })),
  /** Exchanges of which nothing is proven, because too many vectors were missing. */
  unproven: z.number(),
})

export const statusSchema = z.object({
  pid: z.number(),
  peer: z.string(),
  /** What the roster gives this peer; absent before there is one. */
  role: z.string().optional(),
  addresses: z.array(z.string()),
  /** `admission`, `loading`, `ready`, `learning`, `done`. */
  phase: z.enum(['admission', 'loading', 'ready', 'learning', 'done']),
  swarm: z.object({
    id: z.string(),
    name: z.string(),
    /** Members that train, and how many of them may lie. */
    n: z.number(),
    f: z.number(),
    /** The roles of the members that serve, beside those. */
    servers: z.array(z.string()),
    steps: z.number(),
    model: z.string(),
    protocol: z.string(),
    profile: z.string(),
    rule: z.string(),
    modelRule: z.string(),
    /** What the protocol really combines, and how. */
    combines: z.array(z.object({ phase: z.string(), rule: z.string() })),
  }),
  /** What is proven of this swarm; starts with `outside the proof` where nothing is. */
  standing: z.string(),
  outsideProof: z.boolean(),
  /** What this peer does to the others, where it attacks. */
  attack: z.string().optional(),
  backend: z.string().optional(),
  /** The last step that is complete. */
  step: z.number(),
  doing: z.string(),
  waitingFor: z.array(z.string()),
  /** Fewer answer than the swarm needs to go on. */
  stalled: z.boolean(),
  members: z.array(
    z.object({
      peer: z.string(),
      role: z.string(),
      self: z.boolean(),
      connected: z.boolean(),
      /** The last step in which something of it was heard; 0 for never. */
      lastHeardStep: z.number(),
      /** Exchanges of vectors from which it was missing. */
      missed: z.number(),
    }),
  ),
  /** Of the last step. */
  gradient: spread.optional(),
  model: spread.optional(),
  /** Since learning started, in milliseconds. */
  times: z.object({ compute: z.number(), network: z.number(), rule: z.number(), waiting: z.number() }),
  /**
   * Whether enough members are here for what `standing` says: of each role no more are away than may lie. How often that ceased
   * to be so while this peer learned. Absent before there is a roster.
   */
  quorum: z.object({ met: z.boolean(), lapses: z.number() }).optional(),
  /** Exchanges for which nothing is proven, because too many vectors were missing. */
  unprovenRounds: z.number(),
  /** Exchanges in which trimmed mean stood in for the rule. */
  fallbackRounds: z.number(),
  /** Steps that left the model as it was. */
  refusedSteps: z.number(),
  /** Agreements of several exchanges: those that show whether the spread shrank. */
  measuredAgreements: z.number(),
  /** Those of them after which what this peer sees of the honest spread was not smaller than before. */
  unshrunkAgreements: z.number(),
  /** What others did wrong, by peer and code. */
  faults: z.array(z.object({ peer: z.string(), code: z.string(), count: z.number() })),
  evaluation: z
    .object({
      step: z.number(),
      accuracy: z.number(),
      /** Null where it is not finite: the model has diverged. */
      loss: z.number().nullable(),
      samples: z.number(),
    })
    .optional(),
  /** Where the protocol has datagrams: how many this peer handed to the system, took, and dropped, by reason. */
  datagrams: z
    .object({ sent: z.number(), taken: z.number(), dropped: z.record(z.string(), z.number()) })
    .optional(),
  bytesIn: z.number(),
  bytesOut: z.number(),
  rssBytes: z.number(),
})

export type DaemonStatus = z.infer<typeof statusSchema>
