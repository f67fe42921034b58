/**
 * The public surface: run a peer from a program, simulate a swarm with liars in it, aggregate vectors, write a protocol, a
 * rule or an attack of your own. Whatever is not here may change without notice.
 */
export {
  type Aggregator,
  type AggregatorOptions,
  createAggregator,
  type ThreadedOptions,
} from './aggregator/aggregator.ts'
export type { VectorSource } from './aggregator/blocks.ts'
export { aggregateStream, type StreamOptions } from './aggregator/stream.ts'
export {
  type AgreementOptions,
  type AgreementWait,
  averagingAgreement,
} from './agreement/averaging-agreement.ts'
export { type Contraction, contractionOf, roundsFor, type Setting } from './agreement/contraction.ts'
export { describeLearn } from './agreement/describe.ts'
export { type LearnOptions, type LearnWait, learn } from './agreement/learn.ts'
export { castOf, parseProtocol } from './agreement/parse-protocol.ts'
export { type Form, type Halvings, type Profile, whatIsProven } from './agreement/profile.ts'
export {
  type AgreementReport,
  type ExchangeReport,
  type Progress,
  type Protocol,
  type ProtocolPlan,
  type ProtocolRow,
  protocolRow,
  type RunOptions as ProtocolRunOptions,
  type Said,
  type StepReport,
  type StepTimes,
} from './agreement/protocol.ts'
export { protocolTable } from './agreement/protocol-table.ts'
export { reliableBroadcast } from './agreement/reliable-broadcast.ts'
export { type Assessment, assess, type PhaseStanding, type Plan } from './agreement/resilience.ts'
export { type AgreementRule, parseAgreementRule } from './agreement/rule.ts'
export { witnessedExchange } from './agreement/witness.ts'
export type { Aggregate, PersonalAttack, Sight, VectorAttack } from './attack/attack.ts'
export { type Attack, parseAttack } from './attack/attacks.ts'
export type { Conspiracy } from './attack/conspiracy.ts'
export { type ForgingOptions, forgingScript } from './attack/forging-script.ts'
export { ownAdversary } from './attack/own-adversary.ts'
export { ownAttack } from './attack/own-attack.ts'
export {
  type AdversaryWorld,
  type Intent,
  type Liar,
  type Overheard,
  overhearAll,
  type Played,
  play,
  type Script,
  type Stage,
} from './attack/script.ts'
export { runComparison, runScenario } from './commands/run-scenario.ts'
export type { AttackChoice } from './daemon/attacker.ts'
export { askStatus } from './daemon/control-socket.ts'
export { type DaemonOptions, runDaemon } from './daemon/daemon.ts'
export type { Origin } from './daemon/find-swarm.ts'
export type { DaemonReport } from './daemon/report.ts'
export type { DaemonStatus } from './daemon/status.ts'
export { checkSettings, parseSwarmFile, readSwarmFile } from './daemon/swarm-file.ts'
export type { SwarmSettings } from './daemon/swarm-schema.ts'
export { formatSwarmFile } from './daemon/swarm-template.ts'
export { openVectorFile, type VectorFile } from './data/vector-file.ts'
export { type AggregateOptions, aggregate, type RuleName, type RuleOptions } from './gar/aggregate.ts'
export { type Explanation, explain, type Measured } from './gar/explain.ts'
export type { Gar, Given, PreAggregator, Rule } from './gar/gar.ts'
export { type OwnRule, ownRule } from './gar/own-rule.ts'
export { type Pipeline, parseRule } from './gar/pipeline.ts'
export type { Clock, Milliseconds } from './mesh/clock.ts'
export { bytes, type Codec, type Decoded, f32, f64, u64 } from './mesh/codec.ts'
export { type ExchangeOptions, exchange, type Gathered, type Wait } from './mesh/exchange.ts'
export { type Fault, type FaultKind, faultKinds } from './mesh/fault.ts'
export type { Delivery, Describe, Description, Member, Mesh, PeerId, Step } from './mesh/mesh.ts'
export { formatTag, parseTag, type Tag, type TagPattern } from './mesh/tag.ts'
export type { Evaluation, GradientOptions, Learner } from './model/learner.ts'
export { readModel } from './model/model-file.ts'
export { type ModelName, modelOf } from './model/models.ts'
export { type QuadraticLearnerOptions, quadraticLearner } from './model/quadratic-learner.ts'
export type { MeasuredContraction } from './scenario/contraction-tally.ts'
export type { CurvePoint, Measurement, Outcome, RunResult } from './scenario/result.ts'
export { type ArmResult, type RunOptions, runArm } from './scenario/run-arm.ts'
export { type Arm, defineScenario, type Scenario, type ScenarioInput } from './scenario/scenario.ts'
export type { ArmSettings } from './scenario/scenario-schema.ts'
export type { Adversary } from './scenario/simulated-liars.ts'
export {
  runSimulatedSwarm,
  type SimulatedRun,
  type SimulatedSwarmOptions,
} from './scenario/simulated-swarm.ts'
export type { Spread, SpreadRecord } from './scenario/spread-log.ts'
export {
  constant as constantLatency,
  exponential as exponentialLatency,
  type Latency,
  logNormal as logNormalLatency,
  uniform as uniformLatency,
} from './sim/latency.ts'
export type { Link } from './sim/timed-line.ts'
export { hashOfTrace } from './sim/trace-lines.ts'
export { wiretap } from './sim/wiretap.ts'
export { type Blame, type SimOptions, type SimWorld, simulate } from './sim/world.ts'
export { CodedError, isCoded } from './util/coded-error.ts'
export { createLog, type Log, silentLog } from './util/log.ts'
export { type Random, seededRandom } from './util/prng.ts'
