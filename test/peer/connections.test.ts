import assert from 'node:assert/strict'
import { test } from 'node:test'
import { peerIdFromString } from '@libp2p/peer-id'
import { keepConnected } from '../../src/peer/connections.ts'
import { createHost, type Host } from '../../src/peer/host.ts'
import { eventually, isConnected, type Key, newKeys } from './loopback.ts'

const quick = { courtesyMs: 50, firstPauseMs: 20, lastPauseMs: 100, timeoutMs: 2_000 }

async function start({ key }: Key, listen = '/ip4/127.0.0.1/tcp/0'): Promise<Host> {
  const host = await createHost({ key, listen: [listen] })
  host.admit(() => true)
  return host
}

test('members that were told of each other connect, and connect again after a break', async () => {
  const hosts = await Promise.all((await newKeys(3)).map((key) => start(key)))
  const addresses = Object.fromEntries(hosts.map((host) => [host.self, host.addresses()]))
  const kept = hosts.map((host) => keepConnected(host, addresses, quick))
  const allConnected = () =>
    Promise.all(
      hosts.flatMap((a) =>
        hosts.filter((b) => b !== a).map((b) => eventually(a, () => isConnected(a, b.self))),
      ),
    )
  await allConnected()
  const [first, ...others] = hosts as [Host, ...Host[]]
  for (const { self } of others) await first.node.hangUp(peerIdFromString(self))
  await allConnected()
  for (const { close } of kept) close()
  await Promise.all(hosts.map((host) => host.close()))
})

test('a member that comes back at its address is found again, whoever has the smaller id', async () => {
  const [low, high] = (await newKeys(2)) as [Key, Key]
  for (const [stayingKey, returningKey] of [
    [low, high],
    [high, low],
  ] as const) {
    const staying = await start(stayingKey)
    const returning = await start(returningKey)
    const [address = ''] = returning.addresses()
    const kept = keepConnected(staying, { [returning.self]: [address] }, quick)
    await eventually(staying, () => isConnected(staying, returning.self))
    await returning.close()
    await eventually(staying, () => !isConnected(staying, returning.self))
    const again = await start(returningKey, address.replace(/\/p2p\/.*/, ''))
    await eventually(staying, () => isConnected(staying, again.self))
    kept.close()
    await Promise.all([staying.close(), again.close()])
  }
})

test('once closed, nobody is dialled any more', async () => {
  const [a, b] = (await Promise.all((await newKeys(2)).map((key) => start(key)))) as [Host, Host]
  const kept = keepConnected(a, { [b.self]: b.addresses() }, { ...quick, courtesyMs: 0 })
  await eventually(a, () => isConnected(a, b.self))
  kept.close()
  await a.node.hangUp(peerIdFromString(b.self))
  await eventually(b, () => !isConnected(b, a.self))
  let dialled = false
  b.node.addEventListener('connection:open', () => {
    dialled = true
  })
  // Longer than the longest pause of these settings.
  await new Promise((resolve) => setTimeout(resolve, 300))
  assert.equal(dialled, false)
  await Promise.all([a.close(), b.close()])
})
