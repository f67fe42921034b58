/** How each backend is loaded. Each is imported only when it is tried: seven daemons may start on one machine. */
import type { EventEmitter } from 'node:events'
import util from 'node:util'
import { env, setBackend } from '@tensorflow/tfjs-core'
import { registerWasmTrainingKernels } from './tfjs-wasm-kernels/register.ts'

type Listener = (...args: unknown[]) => void

/** TensorFlow's own library, on CUDA. */
export async function loadTensorflow(): Promise<void> {
  restoreIsNullOrUndefined()
  // Named by a variable, because the package may be absent from the machine that compiles this.
  const packageName: string = '@tensorflow/tfjs-node-gpu'
  try {
    await import(packageName)
  } catch (cause) {
    if (!isModuleNotFound(cause)) throw cause
    throw new Error(`the package ${packageName} is not installed`, { cause })
  }
  await activate('tensorflow')
}

function isModuleNotFound(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND'
}

/** tfjs-node 4.22 calls a function of node:util that Node 23 removed. */
function restoreIsNullOrUndefined(): void {
  if ('isNullOrUndefined' in util) return
  const value = (candidate: unknown) => candidate === null || candidate === undefined
  Object.defineProperty(util, 'isNullOrUndefined', { value, configurable: true })
}

/** WebGPU by Dawn, on whatever GPU has a driver. */
export async function loadWebgpu(forced: boolean): Promise<void> {
  requireVulkan()
  const { create, globals } = await import('webgpu')
  Object.assign(globalThis, globals)
  const gpu = create([])
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
  if (!adapter) throw new Error('no GPU with a driver was found')
  const { isFallbackAdapter, description } = adapter.info
  if (isFallbackAdapter && !forced) {
    throw new Error(`the only GPU found, ${description}, is emulated on the processor and slower than wasm`)
  }
  // tfjs looks for the GPU where a browser has it, and registers its backend while it is imported.
  Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true })
  await import('@tensorflow/tfjs-backend-webgpu')
  await activate('webgpu')
}

/**
 * Dawn writes a warning of its own to stderr where Vulkan is missing, which nothing turns off; so on Linux the
 * loader is asked first. The library is no addon of Node's, so opening it fails in any case, but not alike.
 */
function requireVulkan(): void {
  if (process.platform !== 'linux') return
  try {
    process.dlopen({ exports: {} }, 'libvulkan.so.1')
  } catch (cause) {
    if (String(cause).includes('cannot open shared object file')) {
      throw new Error('there is no libvulkan.so.1', { cause })
    }
  }
}

/** XNNPACK in WebAssembly, with the kernels that it takes to train. */
export async function loadWasm(): Promise<void> {
  await import('@tensorflow/tfjs-backend-wasm')
  // One thread: several daemons may share a machine, and each already trains in a worker of its own.
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', false)
  registerWasmTrainingKernels()
  await withoutProcessHooks(() => activate('wasm'))
}

/** Plain JavaScript: correct and slow. */
export async function loadCpu(): Promise<void> {
  await import('@tensorflow/tfjs-backend-cpu')
  await activate('cpu')
}

async function activate(name: string): Promise<void> {
  if (!(await setBackend(name))) throw new Error('tfjs could not initialise it')
}

/** Emscripten hooks what ends a process; that is for the program to decide, so the hooks are taken out again. */
async function withoutProcessHooks(load: () => Promise<void>): Promise<void> {
  const program: EventEmitter = process
  const events = ['uncaughtException', 'unhandledRejection']
  const before = new Set(events.flatMap((event) => program.rawListeners(event)))
  await load()
  for (const event of events) {
    for (const listener of program.rawListeners(event) as Listener[]) {
      if (!before.has(listener)) program.removeListener(event, listener)
    }
  }
}
