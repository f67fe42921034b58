/** A program for webgpu.test.ts: writes what `auto` chooses, as one line of JSON. */
import { chooseBackend } from '../../src/model/tfjs-backend.ts'

process.stdout.write(`${JSON.stringify(await chooseBackend('auto'))}\n`)
