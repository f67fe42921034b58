/** Whether a vector has a NaN or an infinity in it. */

const exponentBits = 0x7f800000
const exponentUnit = 0x00800000

/** Whether every coordinate is finite. O(d); reads bits, because an OR does not wait as a sum does. */
export function isFiniteVector(vector: Float32Array): boolean {
  const bits = new Int32Array(vector.buffer, vector.byteOffset, vector.length)
  let carried = 0
  // An exponent of all ones, and no other, carries into the sign when one is added to it.
  for (let k = 0; k < bits.length; k++) carried |= (bits[k]! & exponentBits) + exponentUnit
  return carried >= 0
}
