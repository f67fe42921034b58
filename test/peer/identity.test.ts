import assert from 'node:assert/strict'
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { generateKeyPair, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import {
  createIdentity,
  isPeerId,
  newIdentity,
  readIdentity,
  readOrCreateIdentity,
  sign,
  verify,
} from '../../src/peer/identity.ts'

let directory: string
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'medoid-identity-'))
})
after(() => rm(directory, { recursive: true }))

test('a key that was written is read back as the same peer, and only its owner can read the file', async () => {
  const path = join(directory, 'written.key')
  const made = await createIdentity(path)
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  assert.equal((await readIdentity(path))?.peer, made.peer)
  assert.equal((await readOrCreateIdentity(path)).peer, made.peer)
})

test('a key is never replaced', async () => {
  const path = join(directory, 'kept.key')
  await createIdentity(path)
  const before = await readFile(path)
  await assert.rejects(createIdentity(path), { code: 'PEER_KEY_EXISTS' })
  assert.deepEqual(await readFile(path), before)
})

test('a key that others can read is refused with the command that mends it', async () => {
  const path = join(directory, 'open.key')
  await createIdentity(path)
  for (const mode of [0o640, 0o604, 0o644]) {
    await chmod(path, mode)
    await assert.rejects(readIdentity(path), {
      code: 'PEER_KEY_EXPOSED',
      message: new RegExp(`chmod 600 ${path}`),
    })
  }
  await chmod(path, 0o600)
  assert.notEqual(await readIdentity(path), undefined)
})

test('a file that holds no Ed25519 key is refused by name', async () => {
  const path = join(directory, 'broken.key')
  const secp256k1 = privateKeyToProtobuf(await generateKeyPair('secp256k1'))
  for (const content of [Buffer.alloc(0), Buffer.from('not a key'), secp256k1]) {
    await writeFile(path, content, { mode: 0o600 })
    await assert.rejects(readIdentity(path), { code: 'PEER_KEY_UNREADABLE' })
  }
})

test('a file that is not there is no identity', async () => {
  assert.equal(await readIdentity(join(directory, 'absent.key')), undefined)
})

test('a signature verifies for its peer, its purpose and its message, and for nothing else', async () => {
  const [one, other] = [await newIdentity(), await newIdentity()]
  const message = Buffer.from('three peers out of four')
  const signature = await sign(one, 'test', message)
  assert.equal(await verify(one.peer, 'test', message, signature), true)
  assert.equal(await verify(other.peer, 'test', message, signature), false)
  assert.equal(await verify(one.peer, 'tes', Buffer.from('t\0three peers out of four'), signature), false)
  assert.equal(await verify(one.peer, 'test', Buffer.from('three peers out of five'), signature), false)
  assert.equal(await verify(one.peer, 'test', message, signature.slice(1)), false)
  assert.equal(await verify('nobody', 'test', message, signature), false)
})

test('peer ids are known from other texts', async () => {
  const { peer } = await newIdentity()
  assert.equal(isPeerId(peer), true)
  for (const text of [
    '',
    peer.slice(1),
    `${peer}1`,
    peer.replace(/.$/, '0'),
    'QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N',
  ])
    assert.equal(isPeerId(text), false, text)
})
