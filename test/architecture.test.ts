/** Who may import whom: the table of docs/ARCHITECTURE.md, held. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Every folder of `src` and the folders whose values it may import. A folder that is not here may not exist. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  util: [],
  mesh: ['util'],
  gar: ['util'],
  aggregator: ['gar', 'util'],
  data: ['util'],
  model: ['data', 'util'],
  attack: ['mesh', 'util'],
  agreement: ['mesh', 'gar', 'util'],
  gossip: ['mesh', 'util'],
  peer: ['gossip', 'mesh', 'util'],
  sim: ['mesh', 'util'],
  scenario: ['chart', 'agreement', 'attack', 'data', 'gar', 'mesh', 'model', 'sim', 'util'],
  conformance: ['aggregator', 'attack', 'gar', 'util'],
  chart: ['util'],
  daemon: ['aggregator', 'agreement', 'attack', 'data', 'gar', 'gossip', 'mesh', 'model', 'peer', 'util'],
  commands: [
    'chart',
    'aggregator',
    'conformance',
    'daemon',
    'agreement',
    'attack',
    'data',
    'gar',
    'gossip',
    'mesh',
    'model',
    'peer',
    'scenario',
    'sim',
    'util',
  ],
}

/** Single files whose types another folder may know. */
const sharedTypes: Readonly<Record<string, readonly string[]>> = {
  agreement: ['src/model/learner.ts'],
  attack: ['src/model/learner.ts'],
}

/** Packages and built-in modules that only some places may know. */
const guarded: readonly { readonly what: RegExp; readonly only: RegExp; readonly why: string }[] = [
  { what: /^@tensorflow\/|^webgpu$/, only: /^src\/model\/tfjs-/, why: 'only model/tfjs-* knows tfjs' },
  {
    what: /^libp2p$|^@libp2p\/|^@chainsafe\/|^@multiformats\//,
    only: /^src\/peer\//,
    why: 'only peer knows libp2p',
  },
  { what: /^commander$/, only: /^src\/cli\.ts$/, why: 'argv lives in cli.ts' },
  {
    what: /^node:|^[a-z@]/,
    only: /^src\/(?!(?:agreement|gar|mesh|attack|sim)\/)/,
    why: 'what a proof speaks about touches nothing but its arguments',
  },
]

interface Import {
  readonly file: string
  readonly target: string
  readonly typeOnly: boolean
}

/** AssemblyScript is another language: its modules import one another, and nothing here. */
const otherLanguage = ['src/gar/kernels/simd/assembly/**', 'src/agreement/two-server/ring/assembly/**']
const files = globSync('src/**/*.ts', { cwd: root, exclude: otherLanguage }).map((file) =>
  file.replaceAll('\\', '/'),
)

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')
  const statements = text.matchAll(/^\s*(?:import|export)\s+(type\s+)?(?:[^'"`;]*?\sfrom\s+)?'([^']+)'/gm)
  const dynamic = text.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g)
  return [
    ...[...statements].map(([, type, target = '']) => ({ file, target, typeOnly: type !== undefined })),
    ...[...dynamic].map(([, target = '']) => ({ file, target, typeOnly: false })),
  ]
}

const imports = files.flatMap(importsOf)
const isLocal = ({ target }: Import) => target.startsWith('.')
const resolved = ({ file, target }: Import) => normalize(join(dirname(file), target)).replaceAll('\\', '/')
const folderOf = (file: string) => (file.split('/').at(2) === undefined ? '' : (file.split('/')[1] ?? ''))

test('the sources and their imports are found at all', () => {
  assert.ok(files.length > 60, `${files.length} files`)
  assert.ok(imports.length > 200, `${imports.length} imports`)
})

test('every folder of src is in the table', () => {
  const folders = new Set(files.map(folderOf).filter((folder) => folder !== ''))
  assert.deepEqual(
    [...folders].filter((folder) => !(folder in mayImport)),
    [],
  )
})

test('every local import names a file that exists', () => {
  const missing = imports.filter(isLocal).filter((item) => !files.includes(resolved(item)))
  assert.deepEqual(
    missing.map(({ file, target }) => `${file}: ${target}`),
    [],
  )
})

test('a folder imports only the folders that the table allows', () => {
  const broken = imports.filter(isLocal).filter((item) => {
    const [from, to] = [folderOf(item.file), folderOf(resolved(item))]
    if (from === '' || from === to) return false
    if (item.typeOnly && sharedTypes[from]?.includes(resolved(item))) return false
    return !mayImport[from]?.includes(to)
  })
  assert.deepEqual(
    broken.map(({ file, target }) => `${file} imports ${target}`),
    [],
  )
})

test('cli.ts imports commands, and nothing but the public surface imports index.ts', () => {
  const fromCli = imports.filter((item) => item.file === 'src/cli.ts' && isLocal(item)).map(resolved)
  assert.deepEqual(
    fromCli.filter((file) => !/^src\/(commands|util)\//.test(file)),
    [],
  )
  assert.deepEqual(
    imports.filter(isLocal).filter((item) => resolved(item) === 'src/index.ts'),
    [],
  )
  assert.deepEqual(
    files.filter((file) => file !== 'src/index.ts' && file.endsWith('/index.ts')),
    [],
  )
})

for (const { what, only, why } of guarded)
  test(`${why}: ${what.source}`, () => {
    const outside = imports.filter(
      (item) => !isLocal(item) && what.test(item.target) && !only.test(item.file),
    )
    assert.deepEqual(
      outside.map(({ file, target }) => `${file} imports ${target}`),
      [],
    )
  })

test('time and chance come from the mesh and from seeds wherever a proof or a replay depends on them', () => {
  const pure = files.filter((file) => /^src\/(agreement|gar|mesh|attack|sim|scenario|chart)\//.test(file))
  const broken = pure.filter((file) =>
    /\bMath\.random\b|\bDate\.now\b|\bnew Date\b|\bperformance\.now\b|\bset(?:Timeout|Interval)\(/.test(
      readFileSync(join(root, file), 'utf8'),
    ),
  )
  assert.deepEqual(broken, [])
})

test('no values are imported in a circle', () => {
  const edges = new Map<string, string[]>()
  for (const item of imports.filter(isLocal))
    if (!item.typeOnly) edges.set(item.file, [...(edges.get(item.file) ?? []), resolved(item)])
  const done = new Set<string>()
  const walk = (file: string, path: readonly string[]): void => {
    assert.ok(!path.includes(file), `a circle: ${[...path, file].join(' -> ')}`)
    if (done.has(file)) return
    for (const next of edges.get(file) ?? []) walk(next, [...path, file])
    done.add(file)
  }
  for (const file of files) walk(file, [])
})
