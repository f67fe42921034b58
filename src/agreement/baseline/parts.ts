/** A vector cut into as many parts as there are members, of lengths that differ by 1 at most. */

/** Where the part begins and ends, in a vector of `dimension` coordinates cut into `count`. */
export function boundsOf(part: number, count: number, dimension: number): readonly [number, number] {
  return [Math.floor((part * dimension) / count), Math.floor(((part + 1) * dimension) / count)]
}

export function partOf(vector: Float32Array, part: number, count: number): Float32Array {
  return vector.subarray(...boundsOf(part, count, vector.length))
}

export function addTo(sum: Float32Array, vector: Float32Array): void {
  for (let k = 0; k < sum.length; k++) sum[k] = (sum[k] as number) + (vector[k] as number)
}

export function divide(sum: Float32Array, count: number): void {
  for (let k = 0; k < sum.length; k++) sum[k] = (sum[k] as number) / count
}
