/** Where a vector lies in the memory of the kernels. */

/** Kernels read and write whole runs of this many coordinates. */
const laneCoordinates = 16

export interface Place {
  /** Of its first coordinate. */
  readonly address: number
  /** Whether zeros follow it up to the end of its last run. */
  readonly isFilledUp: boolean
}

/** What a kernel reads for `length` coordinates: the last run is filled up with zeros. */
export function bytesOf(length: number): number {
  return Math.ceil(length / laneCoordinates) * laneCoordinates * Float32Array.BYTES_PER_ELEMENT
}

/** Whether `bytesOf(length)` is no more than the coordinates take. */
export function isWhole(length: number): boolean {
  return length % laneCoordinates === 0
}
