import { meshContract } from '../mesh-contract.ts'
import { connect, connectAll, disconnect, newKeys, rosterOf, startNode, stop } from './loopback.ts'

meshContract('libp2p', async ({ n, describe, limits }) => {
  const keys = await newKeys(n)
  const roster = rosterOf(keys)
  const nodes = await Promise.all(
    keys.map((key, member) => startNode(key, roster, { describe: describe(member), limits })),
  )
  await connectAll(nodes.map(({ host }) => host))
  const host = (member: number) => {
    const node = nodes[member]
    if (node === undefined) throw new Error(`there is no member ${member}`)
    return node.host
  }
  return {
    meshes: nodes.map(({ mesh }) => mesh),
    run: (body) => body(),
    disconnect: (a, b) => disconnect(host(a), host(b)),
    connect: (a, b) => connect(host(a), host(b)),
    faults: (member) => nodes[member]?.faults ?? [],
    close: () => stop(nodes),
  }
})
