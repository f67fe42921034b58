/** What can be wrong with a command line. */
import { errorsOf, printable, type Sentences } from '../util/coded-error.ts'

export type CommandProblem =
  | {
      readonly code: 'COMMAND_BAD_OPTION'
      readonly option: string
      readonly value: string
      readonly allowed: string
    }
  | { readonly code: 'COMMAND_CONFLICT'; readonly options: string }
  | {
      readonly code: 'COMMAND_RUNS_FAILED'
      readonly failed: number
      readonly runs: number
      /** For each of them the command that repeats it. */
      readonly again: readonly string[]
    }
  | { readonly code: 'COMMAND_INPUT_TOO_LARGE'; readonly file: string; readonly maxBytes: number }
  | { readonly code: 'COMMAND_INPUT_NOT_JSON'; readonly file: string; readonly reason: string }
  | { readonly code: 'COMMAND_INPUT_NOT_VECTORS'; readonly file: string; readonly what: string }
  | {
      readonly code: 'COMMAND_INPUT_NOT_FLOAT'
      readonly file: string
      readonly position: number
      readonly coordinate: number
      /** As JSON. */
      readonly value: string
    }
  | { readonly code: 'COMMAND_INPUT_BAD_IDS'; readonly file: string; readonly vectors: number }
  | { readonly code: 'COMMAND_INPUT_NOT_ONE'; readonly file: string; readonly vectors: number }
  | { readonly code: 'COMMAND_OUT_IN_USE'; readonly out: string; readonly pid: number }
  | { readonly code: 'COMMAND_NOT_WRITTEN'; readonly file: string; readonly reason: string }
  | { readonly code: 'COMMAND_PEER_FAILED'; readonly peer: string; readonly reason: string }

export const commandSentences: Sentences<CommandProblem> = {
  COMMAND_BAD_OPTION: ({ option, value, allowed }) =>
    `${option} is "${printable(value)}" and must be ${allowed}`,
  COMMAND_CONFLICT: ({ options }) => `${options} cannot be given together; choose one`,
  COMMAND_RUNS_FAILED: ({ failed, runs, again }) =>
    `${failed} of ${runs} runs failed; each by itself again:\n${again.map((line) => `  ${line}`).join('\n')}`,
  COMMAND_INPUT_TOO_LARGE: ({ file, maxBytes }) =>
    `${file} has more than the ${maxBytes} bytes that are read; use .npy, or aggregateStream in a program`,
  COMMAND_INPUT_NOT_JSON: ({ file, reason }) =>
    `${file} is neither JSON (${printable(reason, 120)}) nor .npy; give [[1, 2], [3, 4]]`,
  COMMAND_INPUT_NOT_VECTORS: ({ file, what }) =>
    `${file}: ${what} is no array; give [[1, 2], [3, 4]], or { "ids": ["a", "b"], "vectors": [[1, 2], [3, 4]] }`,
  COMMAND_INPUT_NOT_FLOAT: ({ file, position, coordinate, value }) =>
    `${file}: coordinate ${coordinate} of vector ${position} is ${printable(value, 40)}, no number that a float32 holds; give numbers up to 3.4e38`,
  COMMAND_INPUT_BAD_IDS: ({ file, vectors }) =>
    `${file}: "ids" is no list of ${vectors} different texts; give one for each vector`,
  COMMAND_INPUT_NOT_ONE: ({ file, vectors }) => `${file} holds ${vectors} vectors; give one, as in [1, 2]`,
  COMMAND_OUT_IN_USE: ({ out, pid }) =>
    `process ${pid} writes to ${out}; wait for it, or name another directory with --out (if that process is no medoid, remove ${out}/lock)`,
  COMMAND_NOT_WRITTEN: ({ file, reason }) =>
    `${file} cannot be written (${printable(reason, 200)}); name a file in a directory that there is`,
  COMMAND_PEER_FAILED: ({ peer, reason }) => `the demo's ${peer} did not finish: ${reason}`,
}

export const commandError = errorsOf(commandSentences)
