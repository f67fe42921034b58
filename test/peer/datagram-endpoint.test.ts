import assert from 'node:assert/strict'
import { test } from 'node:test'
import { multiaddr } from '@multiformats/multiaddr'
import { endpointAt, placesToBind } from '../../src/peer/datagram-endpoint.ts'

const binds: readonly [string, readonly string[], readonly (readonly [string, string, number])[]][] = [
  ['one address', ['/ip4/127.0.0.1/tcp/4001'], [['ip4', '127.0.0.1', 4001]]],
  ['a free number', ['/ip4/0.0.0.0/tcp/0'], [['ip4', '0.0.0.0', 0]]],
  [
    'both families',
    ['/ip6/::1/tcp/4002', '/ip4/10.0.0.1/tcp/4001'],
    [
      ['ip6', '::1', 4002],
      ['ip4', '10.0.0.1', 4001],
    ],
  ],
  [
    'several of a family',
    ['/ip4/10.0.0.1/tcp/4001', '/ip4/10.0.0.2/tcp/4001', '/ip6/::1/tcp/1', '/ip6/fd00::1/tcp/1'],
    [
      ['ip4', '0.0.0.0', 4001],
      ['ip6', '::', 1],
    ],
  ],
  ['a zone', ['/ip6zone/eth0/ip6/fe80::1/tcp/5'], [['ip6', 'fe80::1%eth0', 5]]],
  ['nothing', [], []],
]
for (const [title, listen, places] of binds)
  test(`a host that listens on ${title} receives datagrams there`, () => {
    assert.deepEqual(
      placesToBind(listen).map(({ family, address, port }) => [family, address, port]),
      places,
    )
  })

const both = { ip4: 7, ip6: 8 }
test('a member is sent to at the address of its connection and the port of that family', async () => {
  const remote = multiaddr('/ip4/192.0.2.5/tcp/50123')
  assert.deepEqual(await endpointAt(remote, both, both), { family: 'ip4', address: '192.0.2.5', port: 7 })
  const six = multiaddr('/ip6/2001:db8::5/tcp/50123/p2p/12D3KooWQ1nVYDnCu4HFhLqTpgLBLTrHkWNPyyyWHYLrRNyQnYKU')
  assert.deepEqual(await endpointAt(six, both, both), { family: 'ip6', address: '2001:db8::5', port: 8 })
})

test('a member that was dialled by name is sent to by number', async () => {
  const endpoint = await endpointAt(multiaddr('/dns4/localhost/tcp/1'), both, both)
  assert.deepEqual(endpoint, { family: 'ip4', address: '127.0.0.1', port: 7 })
})

test('where one of the two has no port of the family there is nowhere to send to', async () => {
  const remote = multiaddr('/ip4/192.0.2.5/tcp/50123')
  assert.equal(await endpointAt(remote, { ip4: 0, ip6: 8 }, both), undefined)
  assert.equal(await endpointAt(remote, both, { ip4: 0, ip6: 8 }), undefined)
})
