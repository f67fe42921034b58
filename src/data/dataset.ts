/** Labelled images, kept as bytes: a quarter of what they are as floats, and seven peers may share one machine. */

/** Height, width and channels of one image. */
export const imageShape = [28, 28, 1] as const

/** Pixels of one image. */
export const imageSize = 28 * 28

export const classes = 10

export interface Dataset {
  /** [size][28][28][1], 0 to 255. */
  readonly images: Uint8Array
  /** [size], 0 to 9. */
  readonly labels: Uint8Array
  readonly shape: typeof imageShape
  readonly classes: typeof classes
  readonly size: number
}

/** Dresses images and their labels as a `Dataset`; both are kept, not copied. */
export function datasetOf(images: Uint8Array, labels: Uint8Array): Dataset {
  return { images, labels, shape: imageShape, classes, size: labels.length }
}

/** How many samples of each class there are: [classes]. */
export function histogramOf(labels: Uint8Array): number[] {
  const counts = new Array<number>(classes).fill(0)
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1
  return counts
}
