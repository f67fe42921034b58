import { errorsOf, printable, type Sentences } from '../util/coded-error.ts'

export type SimProblem =
  | { readonly code: 'SIM_STALLED'; readonly atMs: number }
  | { readonly code: 'SIM_TOO_LONG'; readonly atMs: number; readonly events: number }
  | {
      readonly code: 'SIM_BAD_LINK'
      readonly field: string
      readonly value: number
      readonly allowed: string
    }
  | {
      readonly code: 'SIM_BAD_PARTITION'
      readonly field: string
      readonly value: number
      readonly allowed: string
    }
  | { readonly code: 'SIM_BAD_TRACE'; readonly line: string }
  | { readonly code: 'SIM_BAD_CHOICE'; readonly choice: number; readonly pending: number }

export const simSentences: Sentences<SimProblem> = {
  SIM_STALLED: ({ atMs }) =>
    `nothing is left to happen at virtual time ${atMs} ms, but the run is not over: somebody waits for what never comes`,
  SIM_TOO_LONG: ({ atMs, events }) =>
    `${events} events took the run to virtual time ${atMs} ms without an end; raise maxEvents or look for a livelock`,
  SIM_BAD_LINK: ({ field, value, allowed }) => `a link's ${field} is ${value}; give a number ${allowed}`,
  SIM_BAD_PARTITION: ({ field, value, allowed }) =>
    `a partition has ${value} in its ${field}; give ${allowed}`,
  SIM_BAD_TRACE: ({ line }) =>
    `"${printable(line, 80)}" is no line of a trace; give what --trace wrote, line by line`,
  SIM_BAD_CHOICE: ({ choice, pending }) =>
    `the schedule chose message ${choice} of ${pending}; return a whole number from 0 to ${pending - 1}`,
}

export const simError = errorsOf(simSentences)
