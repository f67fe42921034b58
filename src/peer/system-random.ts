/** Chance from the system's generator. */
import { randomFillSync } from 'node:crypto'
import { type Random, randomFrom } from '../util/prng.ts'

/** Words that are drawn at a time: a call for each word would cost a hundred times as much. */
const blockWords = 4096

export function systemRandom(): Random {
  const block = new Uint32Array(blockWords)
  let used = blockWords
  return randomFrom(() => {
    if (used === blockWords) {
      randomFillSync(block)
      used = 0
    }
    const word = block[used] as number
    // No word is drawn twice, and none lies about once it was.
    block[used++] = 0
    return word
  })
}
