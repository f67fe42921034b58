/** What some options may be, for usage texts and checks. */
import { attackTable } from '../attack/attack-table.ts'
import { kernelNames } from '../conformance/combiner.ts'
import { backendNames } from '../model/learner-options.ts'
import { modelNames } from '../model/models.ts'

export const backendChoices: readonly string[] = ['auto', ...backendNames]
export const modelChoices: readonly string[] = modelNames
export const kernelChoices: readonly string[] = kernelNames
export const attackChoices: readonly string[] = Object.keys(attackTable)
