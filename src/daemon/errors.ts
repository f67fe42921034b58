/** What can be wrong with a swarm file, and why a daemon cannot start or go on. */
import { errorsOf, printable, type Sentences } from '../util/coded-error.ts'

export type DaemonProblem =
  | { readonly code: 'SWARM_UNREADABLE'; readonly path: string; readonly reason: string }
  | { readonly code: 'SWARM_FILE_EXISTS'; readonly path: string }
  | { readonly code: 'SWARM_NOT_YAML'; readonly reason: string }
  | { readonly code: 'SWARM_UNKNOWN_FIELD'; readonly field: string; readonly known: readonly string[] }
  | {
      readonly code: 'SWARM_BAD_VALUE'
      readonly field: string
      readonly value: string
      readonly allowed: string
    }
  | { readonly code: 'SWARM_LIST_TOO_SHORT'; readonly members: number; readonly listed: number }
  | { readonly code: 'SWARM_BAD_ROLES'; readonly reason: string }
  | { readonly code: 'DAEMON_NOTHING_TO_RUN'; readonly data: string }
  | { readonly code: 'DAEMON_DATA_IN_USE'; readonly data: string; readonly pid: number }
  | { readonly code: 'DAEMON_BAD_STATE'; readonly path: string; readonly reason: string }
  | {
      readonly code: 'DAEMON_ANOTHER_SWARM'
      readonly data: string
      readonly stored: string
      readonly given: string
    }
  | {
      readonly code: 'DAEMON_ALREADY_BEGAN'
      readonly data: string
      readonly swarm: string
      readonly run: string
    }
  | { readonly code: 'DAEMON_WRONG_BACKEND'; readonly protocol: string; readonly backend: string }
  | { readonly code: 'DAEMON_NOT_RUNNING'; readonly data: string }
  | { readonly code: 'DAEMON_NO_ANSWER'; readonly data: string; readonly reason: string }
  | {
      readonly code: 'DAEMON_TOO_FAR_BEHIND'
      readonly step: number
      readonly window: number
      readonly theirStep: number
    }
  | {
      readonly code: 'DAEMON_STALLED'
      readonly step: number
      readonly missing: readonly string[]
      readonly least: number
    }
  | {
      readonly code: 'DAEMON_TOO_FEW_PRESENT'
      readonly role: string
      readonly members: number
      readonly away: number
      /** How many may be. */
      readonly tolerated: number
      readonly standing: string
    }
  | {
      readonly code: 'DAEMON_UNPROVEN_ROUND'
      readonly step: number
      readonly phase: string
      readonly late: number
    }

export const daemonSentences: Sentences<DaemonProblem> = {
  SWARM_UNREADABLE: ({ path, reason }) =>
    `the swarm file ${path} cannot be read: ${reason}; write one with: medoid init ${path}`,
  SWARM_FILE_EXISTS: ({ path }) => `${path} exists already; remove it first, or give another name`,
  SWARM_NOT_YAML: ({ reason }) => `the swarm file is no YAML mapping: ${printable(reason)}; correct it there`,
  SWARM_UNKNOWN_FIELD: ({ field, known }) =>
    `there is no setting ${printable(field)}; known here: ${known.join(', ')}`,
  SWARM_BAD_VALUE: ({ field, value, allowed }) => `${field} is ${printable(value)} and must be ${allowed}`,
  SWARM_LIST_TOO_SHORT: ({ members, listed }) =>
    `membership.peers names ${listed} peers and the swarm has ${members} members with its founder; name at least ${members - 1} others, or let membership.policy be open`,
  SWARM_BAD_ROLES: ({ reason }) =>
    `membership.roles cannot be met: ${reason}; name fewer, or leave roles to the order of admission`,
  DAEMON_NOTHING_TO_RUN: ({ data }) =>
    `${data} holds no swarm yet; start one with --swarm FILE, or join one with --join MULTIADDR`,
  DAEMON_DATA_IN_USE: ({ data, pid }) =>
    `process ${pid} runs a peer in ${data}; stop it, or name another directory with --data (if that process is no medoid, remove ${data}/lock)`,
  DAEMON_BAD_STATE: ({ path, reason }) =>
    `${path} cannot be used: ${reason}; if learning had not begun, move it away to join anew with the same key, else name a new directory with --data`,
  DAEMON_ANOTHER_SWARM: ({ data, stored, given }) =>
    `${data} is a member of swarm ${stored}, not of ${given}; name another directory with --data`,
  DAEMON_ALREADY_BEGAN: ({ data, swarm, run }) =>
    `the peer in ${data} took part in run ${run} of swarm ${swarm} already, and cannot go back to step 1: what it said there is signed, and saying anything else would prove it a liar; start or join a new swarm from a new directory with --data`,
  DAEMON_WRONG_BACKEND: ({ protocol, backend }) =>
    `under ${protocol} members compute the same gradients and compare them bit for bit, and ${backend} computes other bits than wasm, which the others use; leave --backend out, or write --backend wasm`,
  DAEMON_NOT_RUNNING: ({ data }) => `no peer runs in ${data}; name its directory with --data`,
  DAEMON_NO_ANSWER: ({ data, reason }) => `the peer in ${data} does not answer: ${reason}; look at its log`,
  DAEMON_TOO_FAR_BEHIND: ({ step, window, theirStep }) =>
    `this peer is at step ${step} and the others are at ${theirStep}, more than the ${window} steps of the window ahead: what it needs is gone, and the swarm goes on without it`,
  DAEMON_STALLED: ({ step, missing, least }) =>
    `step ${step} waits: fewer than ${least} members answer; missing: ${missing.join(', ')}; it goes on by itself when they return`,
  DAEMON_TOO_FEW_PRESENT: ({ role, members, away, tolerated, standing }) =>
    `${away} of ${members} members with the role ${role} are away, and ${tolerated} may be; until ${away - tolerated} of them return, what the guard says does not hold: ${standing}`,
  DAEMON_UNPROVEN_ROUND: ({ step, phase, late }) =>
    `step ${step}: nothing is proven of an exchange of ${phase}s that misses ${late} vectors which may be honest; it counts as beyond the proof`,
}

export const daemonError = errorsOf(daemonSentences)
