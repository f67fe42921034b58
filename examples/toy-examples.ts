/**
 * The two toy examples of Fall of Empires (sections 5.2.1 and 5.3.1), on single numbers: one rule, honest gradients with a mean
 * above 0, lies with a mean below 0, and a result with the sign of the lies.
 *
 * The text of the paper that the project has kept these words and lost every number. The numbers here are ours; that they do
 * all that the words say is held by test/examples.test.ts.
 *
 *     npx node examples/toy-examples.ts
 */
import { fileURLToPath } from 'node:url'
import { explain } from '../src/index.ts'

export interface Toy {
  readonly rule: 'median' | 'krum'
  readonly honest: readonly number[]
  readonly lies: readonly number[]
}

/** Lies far below all that is honest move the middle to the least honest value, which is below 0 while the mean is not. */
export const medianToy: Toy = { rule: 'median', honest: [-0.1, 0.1, 0.3], lies: [-4, -2] }

/** As many lies as Krum admits (n = 2f + 3), all of them -epsilon times the honest mean of 0.8, with epsilon = 0.125. */
export const krumToy: Toy = {
  rule: 'krum',
  honest: [0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4],
  lies: [-0.1, -0.1, -0.1, -0.1],
}

export interface ToyResult {
  readonly honestMean: number
  readonly lieMean: number
  readonly result: number
  /** Krum's function value of each gradient, honest ones first: the least is chosen. Absent where a rule has none. */
  readonly values: readonly number[] | undefined
}

export function playToy({ rule, honest, lies }: Toy): ToyResult {
  const vectors = [...honest, ...lies].map((value) => Float32Array.of(value))
  const { result, scores } = explain(vectors, { rule, f: lies.length })
  return {
    honestMean: meanOf(honest),
    lieMean: meanOf(lies),
    result: result[0] ?? Number.NaN,
    values: scores && [...scores],
  }
}

export function showToys(): void {
  for (const toy of [medianToy, krumToy]) {
    const { honestMean, lieMean, result, values } = playToy(toy)
    console.log(`honest gradients ${listOf(toy.honest)}: mean ${rounded(honestMean)}`)
    console.log(`Byzantine gradients ${listOf(toy.lies)}: mean ${rounded(lieMean)}`)
    if (values !== undefined) console.log(`function values of ${toy.rule}: ${listOf(values)}`)
    console.log(`${toy.rule} of all: ${rounded(result)}\n`)
  }
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function listOf(values: readonly number[]): string {
  return values.map(rounded).join(', ')
}

/** Float32 has seven digits. */
function rounded(value: number): string {
  return String(Number(value.toPrecision(6)))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) showToys()
