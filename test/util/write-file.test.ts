import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { writeWhole } from '../../src/util/write-file.ts'

test('a file is replaced as a whole, or refused where it is to be new, and nothing is left beside it', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'medoid-write-'))
  const path = join(directory, 'file')
  await writeWhole(path, 'one', { mode: 0o600 })
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  await writeWhole(path, 'two')
  assert.equal(await readFile(path, 'utf8'), 'two')
  await assert.rejects(writeWhole(path, 'three', { create: true }), { code: 'EEXIST' })
  assert.equal(await readFile(path, 'utf8'), 'two')
  await assert.rejects(writeWhole(join(directory, 'absent', 'file'), 'x'), { code: 'ENOENT' })
  assert.deepEqual(await readdir(directory), ['file'])
  await rm(directory, { recursive: true })
})
