/** How good a classifier's outputs are. */
import type { Batch } from '../data/batches.ts'
import { classes } from '../data/dataset.ts'
import type { Evaluation } from './learner.ts'

/** Sums over the samples scored so far. */
export interface Score {
  loss: number
  correct: number
  samples: number
}

export function emptyScore(): Score {
  return { loss: 0, correct: 0, samples: 0 }
}

/** Adds a batch with its `logits` [size][10] to `total`. */
export function score(logits: Float32Array, batch: Batch, total: Score): void {
  for (let sample = 0; sample < batch.size; sample++) {
    const outputs = logits.subarray(sample * classes, (sample + 1) * classes)
    const label = batch.labels.subarray(sample * classes, (sample + 1) * classes).indexOf(1)
    const largest = outputs.reduce((a, b) => Math.max(a, b))
    // log sum exp, with the largest taken out so that nothing overflows.
    const normaliser =
      largest + Math.log(outputs.reduce((sum, output) => sum + Math.exp(output - largest), 0))
    total.loss += normaliser - Number(outputs[label])
    // The first of equal outputs counts as the answer, as numpy's argmax does.
    if (outputs.indexOf(largest) === label) total.correct++
  }
  total.samples += batch.size
}

/** Means of what was scored; of nothing, loss and accuracy 0. */
export function evaluationOf({ loss, correct, samples }: Score): Evaluation {
  const count = Math.max(1, samples)
  return { loss: loss / count, accuracy: correct / count, samples }
}
