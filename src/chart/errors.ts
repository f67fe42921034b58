/** What no picture can be drawn of. */
import { errorsOf, printable, type Sentences } from '../util/coded-error.ts'

export type ChartProblem =
  | { readonly code: 'CHART_NO_SERIES'; readonly missing: string }
  | {
      readonly code: 'CHART_UNEQUAL_LENGTHS'
      readonly what: string
      readonly length: number
      readonly expected: number
    }
  | {
      readonly code: 'CHART_TOO_MANY_POINTS'
      readonly what: string
      readonly count: number
      readonly limit: number
    }
  | { readonly code: 'CHART_TOO_MANY_SERIES'; readonly count: number; readonly limit: number }
  | { readonly code: 'CHART_REPEATED_NAME'; readonly name: string }
  | { readonly code: 'CHART_BAD_X'; readonly name: string; readonly position: number; readonly value: number }
  | { readonly code: 'CHART_NOT_POSITIVE'; readonly what: string; readonly value: number }
  | { readonly code: 'CHART_BAD_RANGE'; readonly axis: string; readonly min: number; readonly max: number }

export const chartSentences: Sentences<ChartProblem> = {
  CHART_NO_SERIES: ({ missing }) => `there is nothing to draw: give at least one ${missing}`,
  CHART_UNEQUAL_LENGTHS: ({ what, length, expected }) =>
    `${printable(what)} has ${length} values and ${expected} are needed: give one for each place, null where there is none`,
  CHART_TOO_MANY_POINTS: ({ what, count, limit }) =>
    `${count} ${what} are more than the ${limit} that one picture holds: thin them out or draw several pictures`,
  CHART_TOO_MANY_SERIES: ({ count, limit }) =>
    `${count} series are more than the ${limit} that can be told apart: draw several pictures`,
  CHART_REPEATED_NAME: ({ name }) =>
    `two series are called ${JSON.stringify(printable(name))}: give each a name of its own`,
  CHART_BAD_X: ({ name, position, value }) =>
    `x of ${JSON.stringify(printable(name))} is ${value} at position ${position}: give finite numbers, each greater than the one before`,
  CHART_NOT_POSITIVE: ({ what, value }) =>
    `${printable(what)} is ${value}, for which a log axis has no place: take a linear axis or leave the value out`,
  CHART_BAD_RANGE: ({ axis, min, max }) =>
    `the range of ${JSON.stringify(printable(axis))} goes from ${min} to ${max}: give finite numbers, the lesser one first`,
}

export const chartError = errorsOf(chartSentences)
