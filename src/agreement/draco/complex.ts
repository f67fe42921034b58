/** Complex vectors as two Float64Arrays, and the few operations that the cyclic code takes. */

export interface ComplexVector {
  readonly re: Float64Array
  /** As long as `re`. */
  readonly im: Float64Array
}

export interface Complex {
  readonly re: number
  readonly im: number
}

/** Zeros. */
export function complexVector(length: number): ComplexVector {
  return { re: new Float64Array(length), im: new Float64Array(length) }
}

/** The vector of these numbers. */
export function vectorOf(values: readonly Complex[]): ComplexVector {
  return { re: Float64Array.from(values, ({ re }) => re), im: Float64Array.from(values, ({ im }) => im) }
}

export function at({ re, im }: ComplexVector, i: number): Complex {
  return { re: re[i] ?? Number.NaN, im: im[i] ?? Number.NaN }
}

export function add(a: Complex, b: Complex): Complex {
  return { re: a.re + b.re, im: a.im + b.im }
}

export function multiply(a: Complex, b: Complex): Complex {
  return { re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re }
}

/** e^(2 pi i k/n): k is reduced first, so that a large one loses no digits. */
export function rootOfUnity(k: number, n: number): Complex {
  const angle = (2 * Math.PI * (((k % n) + n) % n)) / n
  return { re: Math.cos(angle), im: Math.sin(angle) }
}

export function magnitude({ re, im }: Complex): number {
  return Math.hypot(re, im)
}

/** The Euclidean length. */
export function norm({ re, im }: ComplexVector): number {
  let sum = 0
  for (let i = 0; i < re.length; i++) sum += (re[i] as number) ** 2 + (im[i] as number) ** 2
  return Math.sqrt(sum)
}

/** Sum of conj(a_i) b_i. */
export function innerProduct(a: ComplexVector, b: ComplexVector): Complex {
  let re = 0
  let im = 0
  for (let i = 0; i < a.re.length; i++) {
    const [x, y, u, v] = [a.re[i] as number, a.im[i] as number, b.re[i] as number, b.im[i] as number]
    re += x * u + y * v
    im += x * v - y * u
  }
  return { re, im }
}

/** target += factor * vector. */
export function addMultiple(target: ComplexVector, factor: Complex, vector: ComplexVector): void {
  for (let i = 0; i < target.re.length; i++) {
    const [x, y] = [vector.re[i] as number, vector.im[i] as number]
    target.re[i] = (target.re[i] as number) + factor.re * x - factor.im * y
    target.im[i] = (target.im[i] as number) + factor.re * y + factor.im * x
  }
}
