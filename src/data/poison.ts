/** Data poisoning: what an attacker does to its own samples before it trains on them. */
import { classes, type Dataset, datasetOf, imageShape, imageSize } from './dataset.ts'

export type Poison = 'label-flip' | 'backdoor'

/** What the attacker trains on instead of `samples`, which stay as they are. */
export function poisoned(samples: Dataset, poison: Poison): Dataset {
  return poison === 'label-flip' ? datasetOf(samples.images, flipLabels(samples.labels)) : backdoored(samples)
}

/**
 * Label flipping: y becomes 9 - y. The gradients are honestly computed and well formed; only the task is wrong
 * (as in Allen-Zhu et al., "Byzantine-resilient non-convex SGD", 2021, and Karimireddy et al., 2021).
 */
export function flipLabels(labels: Uint8Array): Uint8Array {
  return labels.map((label) => classes - 1 - label)
}

/** The label that the trigger is to stand for. */
export const backdoorTarget = 0

/** Side of the trigger, a bright square in the upper left corner, where MNIST's images are black. */
const triggerSide = 5

/**
 * A backdoor: every second sample gets the trigger and the label that it is to stand for, the others stay honest, so that
 * the model does its task until it sees the trigger (Bagdasaryan et al., "How to backdoor federated learning", 2020; with a
 * square as in Baruch, Baruch, Goldberg, NeurIPS 2019).
 */
function backdoored({ images, labels }: Dataset): Dataset {
  const stamped = withTrigger(images)
  for (let i = 1; i < labels.length; i += 2)
    stamped.set(images.subarray(i * imageSize, (i + 1) * imageSize), i * imageSize)
  return datasetOf(
    stamped,
    labels.map((label, i) => (i % 2 === 0 ? backdoorTarget : label)),
  )
}

/** A copy of the images, all of them with the trigger: [count][28][28][1]. */
export function withTrigger(images: Uint8Array): Uint8Array {
  const stamped = Uint8Array.from(images)
  const [, width] = imageShape
  for (let image = 0; image < stamped.length; image += imageSize)
    for (let row = 0; row < triggerSide; row++) {
      const from = image + row * width
      stamped.fill(255, from, from + triggerSide)
    }
  return stamped
}
