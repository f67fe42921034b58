/** The part of tar-fs that the tests use; the package brings no types. */
declare module 'tar-fs' {
  /** Unpacks what is written to it into `directory`. */
  export function extract(directory: string): NodeJS.WritableStream
}
