import assert from 'node:assert/strict'
import { test } from 'node:test'
import { introduction } from '../../src/commands/up.ts'

const swarm = {
  id: 'ab12',
  name: 'a swarm',
  ...{ n: 4, f: 1, servers: [], steps: 10, model: 'mlp', protocol: 'learn', profile: 'practical' },
  ...{ rule: 'nnm>trmean', modelRule: 'trmean', combines: [] },
}
const addresses = ['/ip4/127.0.0.1/tcp/4001/p2p/12D3', '/ip4/192.0.2.1/tcp/4001/p2p/12D3']
const standing = 'n = 4, f = 1, u = 0'

test('the line for those who join can be typed as it is: it accepts what is outside the proof where the founder had to', () => {
  const joinLine = (outsideProof: boolean) =>
    introduction('.medoid', { peer: '12D3', swarm, addresses, standing, outsideProof }).at(-1)
  const line = `join    medoid up --join ${addresses[1]} --swarm-id ab12`
  assert.equal(joinLine(false), line)
  assert.equal(joinLine(true), `${line} --outside-proof`)
})
