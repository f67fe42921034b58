/** The tags that protocols with servers share: models come down, gradients go up. */
import type { Step } from '../mesh/mesh.ts'
import type { Tag } from '../mesh/tag.ts'

/** A model of a step. */
export const modelTag = (step: Step): Tag => ({ step, phase: 'model', kind: 'value', hop: 0 })
/** A gradient of a step. */
export const gradientTag = (step: Step): Tag => ({ step, phase: 'gradient', kind: 'value', hop: 0 })
