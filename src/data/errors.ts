/** What can be wrong with the data that a user has. */
import { errorsOf, printable, type Sentences } from '../util/coded-error.ts'

export type DataProblem =
  | { readonly code: 'DATA_MISSING'; readonly source: string; readonly remedy: string }
  | { readonly code: 'DATA_UNREADABLE'; readonly file: string; readonly reason: string }
  | {
      readonly code: 'DATA_IDX_WRONG_MAGIC'
      readonly file: string
      readonly magic: string
      readonly wanted: string
    }
  | { readonly code: 'DATA_IDX_WRONG_TYPE'; readonly file: string; readonly elementType: string }
  | {
      readonly code: 'DATA_IDX_TRUNCATED'
      readonly file: string
      readonly bytes: number
      readonly wantedBytes: number
    }
  | {
      readonly code: 'DATA_IDX_TOO_LONG'
      readonly file: string
      readonly bytes: number
      readonly wantedBytes: number
    }
  | {
      readonly code: 'DATA_TOO_LARGE'
      readonly file: string
      readonly bytes: number
      readonly maxBytes: number
    }
  | {
      readonly code: 'DATA_COUNT_MISMATCH'
      readonly imagesFile: string
      readonly images: number
      readonly labelsFile: string
      readonly labels: number
    }
  | {
      readonly code: 'DATA_WRONG_IMAGE_SHAPE'
      readonly file: string
      readonly height: number
      readonly width: number
    }
  | {
      readonly code: 'DATA_WRONG_LABEL'
      readonly file: string
      readonly label: number
      readonly position: number
    }
  | {
      readonly code: 'DATA_TOO_FEW_SAMPLES'
      readonly samples: number
      readonly members: number
      readonly atLeast: number
    }
  | { readonly code: 'DATA_BATCH_TOO_LARGE'; readonly batch: number; readonly samples: number }
  | { readonly code: 'DATA_BAD_SPLIT'; readonly reason: string }
  | { readonly code: 'DATA_NPY_WRONG_MAGIC'; readonly file: string }
  | { readonly code: 'DATA_NPY_WRONG_VERSION'; readonly file: string; readonly version: number }
  | { readonly code: 'DATA_NPY_BAD_HEADER'; readonly file: string; readonly header: string }
  | { readonly code: 'DATA_NPY_WRONG_TYPE'; readonly file: string; readonly descr: string }
  | {
      readonly code: 'DATA_NPY_WRONG_SHAPE'
      readonly file: string
      readonly shape: readonly number[]
      readonly fortran: boolean
    }
  | {
      readonly code: 'DATA_NPY_WRONG_LENGTH'
      readonly file: string
      readonly bytes: number
      readonly wantedBytes: number
    }
  | {
      readonly code: 'DATA_RAW_WRONG_LENGTH'
      readonly file: string
      readonly bytes: number
      readonly n: number
    }

export const dataSentences: Sentences<DataProblem> = {
  DATA_MISSING: (p) => `there is no data at ${printable(p.source)}; ${p.remedy}`,
  DATA_UNREADABLE: (p) => `${p.file} cannot be read (${p.reason}); check the path and its permissions`,
  DATA_IDX_WRONG_MAGIC: (p) =>
    `${p.file} starts with ${p.magic}, not ${p.wanted}; it is another file, or compressed: give the unpacked IDX file`,
  DATA_IDX_WRONG_TYPE: (p) =>
    `${p.file} holds elements of type ${p.elementType}, not unsigned bytes (0x08); convert it to bytes`,
  DATA_IDX_TRUNCATED: (p) =>
    `${p.file} has ${p.bytes} bytes where its header calls for ${p.wantedBytes}; fetch it again, it was cut short`,
  DATA_IDX_TOO_LONG: (p) =>
    `${p.file} has ${p.bytes} bytes where its header calls for ${p.wantedBytes}; its header does not belong to it`,
  DATA_TOO_LARGE: (p) =>
    `${p.file} announces ${p.bytes} bytes, more than the ${p.maxBytes} that are read; split it`,
  DATA_COUNT_MISMATCH: (p) =>
    `${p.imagesFile} has ${p.images} images but ${p.labelsFile} has ${p.labels} labels; take both from one release`,
  DATA_WRONG_IMAGE_SHAPE: (p) =>
    `${p.file} holds images of ${p.height} x ${p.width}; the reference models take 28 x 28`,
  DATA_WRONG_LABEL: (p) =>
    `${p.file} has the label ${p.label} at position ${p.position}; the reference models take 0 to 9`,
  DATA_TOO_FEW_SAMPLES: (p) =>
    `${p.samples} samples are too few for ${p.members} members with at least ${p.atLeast} each; lower the batch size or the number of members`,
  DATA_BATCH_TOO_LARGE: (p) =>
    `a batch of ${p.batch} cannot be drawn from ${p.samples} samples; lower the batch size`,
  DATA_BAD_SPLIT: (p) => `the data cannot be split so: ${p.reason}`,
  DATA_NPY_WRONG_MAGIC: (p) => `${p.file} is no .npy file; write one with numpy.save`,
  DATA_NPY_WRONG_VERSION: (p) =>
    `${p.file} is of version ${p.version} of the .npy format; versions 1 to 3 are read`,
  DATA_NPY_BAD_HEADER: (p) =>
    `the header of ${p.file} is cut short or none that is read ("${printable(p.header, 80)}"); write the file with numpy.save`,
  DATA_NPY_WRONG_TYPE: (p) =>
    `${p.file} holds elements of type "${printable(p.descr, 40)}"; convert them with astype('<f4') (float64, '<f8', is rounded)`,
  DATA_NPY_WRONG_SHAPE: (p) =>
    p.fortran
      ? `${p.file} is written column by column; convert it with numpy.ascontiguousarray`
      : `${p.file} has the shape (${p.shape.slice(0, 8).join(', ')}); give one vector a row, [n][d]`,
  DATA_NPY_WRONG_LENGTH: (p) =>
    `${p.file} has ${p.bytes} bytes where its header calls for ${p.wantedBytes}; write it again`,
  DATA_RAW_WRONG_LENGTH: (p) =>
    `${p.file} has ${p.bytes} bytes, which are not ${p.n} float32 vectors of one length; check n`,
}

/** Makes a coded error of this module. */
export const dataError = errorsOf(dataSentences)
