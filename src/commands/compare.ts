/** `medoid compare`: runs a scenario, and shows its protocols beside each other: what each came to, and what it cost. */
import { compared } from '../scenario/comparison.ts'
import { comparisonPictures } from '../scenario/comparison-pictures.ts'
import { readScenarioFile } from '../scenario/read-scenario.ts'
import { curvesCsv, summarise, summaryCsv } from '../scenario/summary.ts'
import { comparisonLines, comparisonMarkdown } from './compare-table.ts'
import {
  type Presentation,
  type SimulateFlags,
  type SimulateSurroundings,
  simulateScenario,
} from './simulate.ts'

export type CompareFlags = Omit<SimulateFlags, 'trace'>

/**
 * Systems, which are arms with one label or with one protocol and rule, are the rows; attacks are columns; a table for each f.
 * Runs, interruptions and failures are those of `medoid simulate`, and so are its errors.
 *
 * @throws SCENARIO_*, COMMAND_RUNS_FAILED
 */
export async function compare(flags: CompareFlags, surroundings: SimulateSurroundings): Promise<void> {
  await simulateScenario(await readScenarioFile(flags.file), flags, surroundings, asComparison)
}

export const asComparison: Presentation = {
  lines: (scenario, results) => comparisonLines(compared(scenario, results)),
  files(scenario, results) {
    const points = compared(scenario, results)
    return {
      files: [
        { name: 'comparison.md', content: comparisonMarkdown(points) },
        { name: 'summary.csv', content: summaryCsv(summarise(scenario, results)) },
        { name: 'curves.csv', content: curvesCsv(results) },
        ...comparisonPictures(scenario, points).map(({ name, svg }) => ({
          name: `${name}.svg`,
          content: svg,
        })),
      ],
      stale: [],
    }
  },
  json: (scenario, results) => ({ name: scenario.name, points: compared(scenario, results) }),
}
