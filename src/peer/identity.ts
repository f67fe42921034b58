/**
 * A peer's identity: an Ed25519 key in a file of its own. Its public half is the peer id, so whoever has the file is the
 * peer. The file holds the key as libp2p does (protobuf PrivateKey), readable by its owner alone.
 */
import { readFile, stat } from 'node:fs/promises'
import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import type { Ed25519PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey, peerIdFromString } from '@libp2p/peer-id'
import type { PeerId } from '../mesh/mesh.ts'
import { writeWhole } from '../util/write-file.ts'
import { admissionError } from './admission-errors.ts'

export interface Identity {
  readonly key: Ed25519PrivateKey
  readonly peer: PeerId
}

/** A fresh identity, on no disk yet. */
export async function newIdentity(): Promise<Identity> {
  return identityOf(await generateKeyPair('Ed25519'))
}

/** Makes an identity and writes it to `path`. Never replaces a key: rejects with PEER_KEY_EXISTS. */
export async function createIdentity(path: string): Promise<Identity> {
  const identity = await newIdentity()
  try {
    await writeWhole(path, privateKeyToProtobuf(identity.key), { mode: 0o600, create: true })
  } catch (error) {
    if (hasCode(error, 'EEXIST')) throw admissionError({ code: 'PEER_KEY_EXISTS', path })
    throw error
  }
  return identity
}

/** Reads an identity; undefined where there is no file. Refuses a key that others on this machine can read. */
export async function readIdentity(path: string): Promise<Identity | undefined> {
  const status = await stat(path).catch((error) => {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  })
  if (status === undefined) return undefined
  // Windows knows no such bits and reports every file as open to all.
  if (process.platform !== 'win32' && (status.mode & 0o077) !== 0)
    throw admissionError({ code: 'PEER_KEY_EXPOSED', path })
  return identityOf(decodeKey(path, await readFile(path)))
}

export async function readOrCreateIdentity(path: string): Promise<Identity> {
  return (await readIdentity(path)) ?? (await createIdentity(path))
}

/** Signs `message` for one purpose: a signature made for another purpose does not verify. */
export async function sign({ key }: Identity, purpose: string, message: Uint8Array): Promise<Uint8Array> {
  return key.sign(forPurpose(purpose, message))
}

/** Whether `peer` signed `message` for that purpose. False for a text that is no Ed25519 peer id. */
export async function verify(
  peer: PeerId,
  purpose: string,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  if (!isPeerId(peer)) return false
  const { publicKey } = peerIdFromString(peer)
  if (publicKey === undefined || signature.byteLength !== 64) return false
  return publicKey.verify(forPurpose(purpose, message), signature)
}

/** Whether `text` spells an Ed25519 peer id in the one form that we use: base58btc, `12D3KooW...`. */
export function isPeerId(text: string): text is PeerId {
  if (!/^12D3KooW[1-9A-HJ-NP-Za-km-z]{44}$/.test(text)) return false
  try {
    return peerIdFromString(text).type === 'Ed25519'
  } catch {
    return false
  }
}

function identityOf(key: Ed25519PrivateKey): Identity {
  return { key, peer: peerIdFromPrivateKey(key).toString() }
}

function decodeKey(path: string, bytes: Uint8Array): Ed25519PrivateKey {
  try {
    const key = privateKeyFromProtobuf(bytes)
    if (key.type === 'Ed25519') return key
  } catch (cause) {
    throw admissionError({ code: 'PEER_KEY_UNREADABLE', path }, { cause })
  }
  throw admissionError({ code: 'PEER_KEY_UNREADABLE', path })
}

/** The purpose, a zero byte and the message: no purpose is a prefix of another one's input. */
function forPurpose(purpose: string, message: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`medoid/1/${purpose}\0`), message])
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
