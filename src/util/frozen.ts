/**
 * Vectors that nobody will write to any more. JavaScript cannot freeze the numbers of a typed array, so it is a promise of
 * whoever made the vector: what such a vector was found to be, it stays.
 */
const frozen = new WeakSet<Float32Array>()

/** Promises that the numbers of `vector` stay as they are for as long as it is read. */
export function declareFrozen(vector: Float32Array): void {
  frozen.add(vector)
}

export function isFrozen(vector: Float32Array): boolean {
  return frozen.has(vector)
}
