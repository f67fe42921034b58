/** Graphs: simple, mutual, connected, the same at every member; and of the degrees that were asked for. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { graphKinds, graphOf, isConnected } from '../../../src/agreement/graph/graphs.ts'

const sizes = Array.from({ length: 40 }, (_, i) => i + 1)
const degreesOf = (graph: readonly (readonly number[])[]) => graph.map(({ length }) => length)

test('every graph of every size is simple, mutual and connected', () => {
  for (const kind of graphKinds)
    for (const n of sizes) {
      const graph = graphOf(kind, n, { degree: 3, seed: n })
      const name = `${kind}, n = ${n}`
      assert.equal(graph.length, n)
      assert.ok(isConnected(graph), name)
      for (const [i, neighbours] of graph.entries()) {
        assert.deepEqual(
          neighbours,
          [...new Set(neighbours)].sort((a, b) => a - b),
          name,
        )
        assert.ok(!neighbours.includes(i), name)
        for (const j of neighbours) assert.ok(graph[j]?.includes(i), `${name}: ${i} and ${j}`)
      }
    }
})

test('a ring has two neighbours each, a torus four, the complete graph all', () => {
  assert.deepEqual(new Set(degreesOf(graphOf('ring', 9))), new Set([2]))
  assert.deepEqual(graphOf('ring', 4), [
    [1, 3],
    [0, 2],
    [1, 3],
    [0, 2],
  ])
  assert.deepEqual(new Set(degreesOf(graphOf('torus', 12))), new Set([4]))
  // 3 rows of 4: position 0 has 8 above, 4 below, 3 and 1 beside.
  assert.deepEqual(graphOf('torus', 12)[0], [1, 3, 4, 8])
  assert.deepEqual(graphOf('torus', 7), graphOf('ring', 7))
  assert.deepEqual(new Set(degreesOf(graphOf('complete', 5))), new Set([4]))
})

test('a random graph has the degree that was asked for; where n and degree are odd, one position has one more', () => {
  for (const n of [6, 7, 12, 25, 40])
    for (const degree of [2, 3, 4])
      for (let seed = 1; seed <= 20; seed++) {
        const degrees = degreesOf(graphOf('random', n, { degree, seed }))
        const larger = degrees.filter((one) => one === degree + 1).length
        assert.equal(larger, (n * degree) % 2, `n = ${n}, degree ${degree}, seed ${seed}`)
        assert.equal(degrees.filter((one) => one === degree).length, n - larger)
      }
  assert.deepEqual(graphOf('random', 5, { degree: 9 }), graphOf('complete', 5))
})

test('the seed decides which random graph it is, and members that have the same seed have the same graph', () => {
  const texts = Array.from({ length: 20 }, (_, seed) => JSON.stringify(graphOf('random', 20, { seed })))
  assert.equal(new Set(texts).size, texts.length)
  assert.equal(JSON.stringify(graphOf('random', 20, { seed: 7 })), texts[7])
})

test('two islands are not connected', () => {
  assert.ok(!isConnected([[1], [0], [3], [2]]))
})
