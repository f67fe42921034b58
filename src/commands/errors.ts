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
  | { readonly code: 'COMMAND_PEER_FAILED'; readonly peer: string; readonly reason: string }

export const commandSentences: Sentences<CommandProblem> = {
  COMMAND_BAD_OPTION: ({ option, value, allowed }) =>
    `${option} is "${printable(value)}" and must be ${allowed}`,
  COMMAND_CONFLICT: ({ options }) => `${options} cannot be given together; choose one`,
  COMMAND_RUNS_FAILED: ({ failed, runs, again }) =>
    `${failed} of ${runs} runs failed; each by itself again:\n${again.map((line) => `  ${line}`).join('\n')}`,
  COMMAND_PEER_FAILED: ({ peer, reason }) => `the demo's ${peer} did not finish: ${reason}`,
}

export const commandError = errorsOf(commandSentences)
