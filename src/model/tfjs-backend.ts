/** Which tensor backend a thread trains on: a ladder, best first. */
import { enableProdMode } from '@tensorflow/tfjs-core'
import { modelError } from './errors.ts'
import type { BackendChoice, BackendName, PassedOver } from './learner-options.ts'
import { loadCpu, loadTensorflow, loadWasm, loadWebgpu } from './tfjs-load.ts'

export interface Rung {
  readonly name: BackendName
  /** What a user can do to have this backend. */
  readonly remedy: string
  /**
   * Loads the backend and makes it tfjs's current one, or rejects with the reason why it cannot be used. `forced`:
   * the user named it, so it is used also where a lower rung would be faster.
   */
  load(forced: boolean): Promise<void>
}

/** The backends, best first. */
export const ladder: readonly Rung[] = [
  {
    name: 'tensorflow',
    remedy: 'install CUDA 11.2, then run: npm install @tensorflow/tfjs-node-gpu@4.22.0',
    load: loadTensorflow,
  },
  {
    name: 'webgpu',
    remedy: 'install a driver for Vulkan, Metal or D3D12, or choose --backend wasm',
    load: loadWebgpu,
  },
  { name: 'wasm', remedy: 'reinstall with: npm ci', load: loadWasm },
  { name: 'cpu', remedy: 'reinstall with: npm ci', load: loadCpu },
]

export interface ChosenBackend {
  readonly name: BackendName
  readonly passedOver: readonly PassedOver[]
}

/**
 * Loads a backend for this thread: with `auto` the first of the ladder that works, and why those above did not;
 * otherwise the one that is named, and no other.
 *
 * @throws MODEL_BACKEND_MISSING if the named one cannot be used, MODEL_NO_BACKEND if none can
 */
export async function chooseBackend(choice: BackendChoice, rungs = ladder): Promise<ChosenBackend> {
  // Else tfjs advises on the console, in the middle of the daemon's output, to install another package.
  enableProdMode()
  const passedOver: PassedOver[] = []
  for (const { name, remedy, load } of rungs) {
    if (choice !== 'auto' && choice !== name) continue
    try {
      await load(choice === name)
      return { name, passedOver }
    } catch (cause) {
      const reason = firstLine(cause)
      if (choice === name)
        throw modelError({ code: 'MODEL_BACKEND_MISSING', backend: name, reason, remedy }, { cause })
      passedOver.push({ backend: name, reason })
    }
  }
  const reasons = passedOver.map(({ backend, reason }) => `${backend}: ${reason}`).join('; ')
  throw modelError({ code: 'MODEL_NO_BACKEND', reasons })
}

const backends = new Map<BackendChoice, Promise<ChosenBackend>>()

/** As `chooseBackend`; a thread loads a backend once, also where several learners are made at the same time. */
export function backendOf(choice: BackendChoice): Promise<ChosenBackend> {
  const chosen = backends.get(choice) ?? chooseBackend(choice)
  backends.set(choice, chosen)
  return chosen
}

/** Native modules that are missing explain themselves at length. */
function firstLine(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause)
  return text.split('\n', 1)[0] ?? text
}
