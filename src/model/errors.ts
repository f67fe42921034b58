/** What can go wrong while a model is made, trained or kept. */
import { errorsOf, printable, type Sentences } from '../util/coded-error.ts'

export type ModelProblem =
  | {
      readonly code: 'MODEL_BACKEND_MISSING'
      readonly backend: string
      readonly reason: string
      readonly remedy: string
    }
  | { readonly code: 'MODEL_NO_BACKEND'; readonly reasons: string }
  | { readonly code: 'MODEL_KERNEL_UNSUPPORTED'; readonly kernel: string; readonly reason: string }
  | { readonly code: 'MODEL_WRONG_LENGTH'; readonly length: number; readonly dimension: number }
  | { readonly code: 'MODEL_WORKER_DIED'; readonly reason: string }
  | { readonly code: 'MODEL_WORKER_FAILED'; readonly reason: string }
  | { readonly code: 'MODEL_CLOSED' }
  | { readonly code: 'MODEL_NO_DATA' }
  | { readonly code: 'MODEL_SAFETENSORS_TOO_SHORT'; readonly bytes: number; readonly wantedBytes: number }
  | {
      readonly code: 'MODEL_SAFETENSORS_HEADER_TOO_LARGE'
      readonly bytes: number
      readonly maxBytes: number
    }
  | { readonly code: 'MODEL_SAFETENSORS_BAD_HEADER'; readonly reason: string }
  | { readonly code: 'MODEL_SAFETENSORS_BAD_TENSOR'; readonly tensor: string; readonly reason: string }
  | { readonly code: 'MODEL_FILE_FAILED'; readonly file: string; readonly reason: string }

export const modelSentences: Sentences<ModelProblem> = {
  MODEL_BACKEND_MISSING: (p) => `the backend ${p.backend} cannot be used here: ${p.reason}; ${p.remedy}`,
  MODEL_NO_BACKEND: (p) => `no tensor backend works here (${p.reasons}); reinstall with: npm ci`,
  MODEL_KERNEL_UNSUPPORTED: (p) =>
    `${p.kernel} on the wasm backend does not know ${p.reason}; train this model on another backend`,
  MODEL_WRONG_LENGTH: (p) =>
    `a vector of ${p.length} numbers was given to a model of ${p.dimension} parameters; use one model everywhere`,
  MODEL_WORKER_DIED: (p) => `the training thread ended by itself (${p.reason}); start the daemon again`,
  MODEL_WORKER_FAILED: (p) => `the training thread failed: ${p.reason}; report it with the log`,
  MODEL_NO_DATA: () => 'a server has no data to compute a gradient on; correct the roles in the roster',
  MODEL_CLOSED: () => 'the learner was closed and cannot be used any more; start another',
  MODEL_SAFETENSORS_TOO_SHORT: (p) =>
    `the file has ${p.bytes} bytes where at least ${p.wantedBytes} are needed; fetch it again, it was cut short`,
  MODEL_SAFETENSORS_HEADER_TOO_LARGE: (p) =>
    `the header announces ${p.bytes} bytes, more than the ${p.maxBytes} that are read; this is no model of ours`,
  MODEL_SAFETENSORS_BAD_HEADER: (p) =>
    `the header is not that of a safetensors file (${printable(p.reason)}); this is another file, or a damaged one`,
  MODEL_SAFETENSORS_BAD_TENSOR: (p) =>
    `the tensor ${printable(p.tensor, 64)} is described wrongly (${printable(p.reason)}); the file is damaged`,
  MODEL_FILE_FAILED: (p) =>
    `${p.file} cannot be read or written (${p.reason}); check the path and its permissions`,
}

/** Makes a coded error of this module. */
export const modelError = errorsOf(modelSentences)
