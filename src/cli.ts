/** argv -> a command. Usage text, exit codes, Ctrl-C; nothing else. */
import { readFileSync } from 'node:fs'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { type AggregateFlags, aggregateVectors } from './commands/aggregate.ts'
import { type BreakFlags, breakRule } from './commands/break.ts'
import { type CheckFlags, check } from './commands/check.ts'
import { attackChoices, backendChoices, kernelChoices, modelChoices } from './commands/choices.ts'
import { founderData } from './commands/choose-data.ts'
import { type CompareFlags, compare } from './commands/compare.ts'
import { type ConformanceFlags, conformance } from './commands/conformance.ts'
import { type DemoFlags, demo } from './commands/demo.ts'
import { type ExitCode, exitCodeOf, exitCodes } from './commands/exit-codes.ts'
import { type InitFlags, init } from './commands/init.ts'
import { allToldOf, whenReaderLeaves } from './commands/reader.ts'
import { Screen } from './commands/screen.ts'
import { type SimulateFlags, simulate } from './commands/simulate.ts'
import { type StatusFlags, status } from './commands/status.ts'
import { type UpFlags, up } from './commands/up.ts'
import { logFormats, logLevels } from './util/log.ts'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly version: string
}
const screen = new Screen(process.stdout)
const print = (line: string) => screen.print(line)
/** Log lines and the live line may share a terminal: then the one must not cut through the other. */
const writeLog = (line: string) =>
  screen.isLive && process.stderr.isTTY ? screen.print(line) : void process.stderr.write(`${line}\n`)

const leaving = new AbortController()
/** What a command that ended well ends the process with. */
let outcome: ExitCode = exitCodes.ok

const program = new Command('medoid')
  .description(
    'Peers train one model together, on data that stays with its owner, although some of them lie.',
  )
  .version(version)
  .showHelpAfterError('(try: medoid --help)')
  .exitOverride()
  .addHelpText(
    'after',
    `
Exit codes:
  0    done
  1    something went wrong on the way
  2    what was asked for makes no sense
  3    refused: nothing is proven for such a swarm (see --outside-proof)
  130  left by Ctrl-C
  141  whoever read the output left`,
  )

program
  .command('init')
  .description("write a commented swarm file and the founder's key")
  .argument('<file>', 'the swarm file to write, such as swarm.yaml')
  .option('--data <dir>', "the founder's state directory", founderData)
  .option(
    '--set <setting=value>',
    'another value than the default, such as n=7; can be repeated',
    collect,
    [],
  )
  .addHelpText('after', examples('medoid init swarm.yaml', 'medoid init swarm.yaml --set n=7 --set f=2'))
  .action((file: string, flags: Omit<InitFlags, 'file'>) => init({ ...flags, file }, print))

program
  .command('check')
  .description('say what is proven of a swarm, phase by phase, without starting it')
  .argument('<file>', 'a swarm file')
  .option('--outside-proof', 'accept that nothing is proven, as medoid up does', false)
  .option('--json', 'as JSON', false)
  .addHelpText('after', examples('medoid check swarm.yaml', 'medoid check swarm.yaml --json'))
  .action((file: string, flags: Omit<CheckFlags, 'file'>) => check({ ...flags, file }, print))

program
  .command('up')
  .description('run a peer until the model is trained')
  .option('--swarm <file>', 'found the swarm that this file describes')
  .option('--join <multiaddr>', 'join the swarm of the peer at this address')
  .option('--swarm-id <id>', 'join this swarm and no other')
  .option(
    '--data <dir>',
    `state directory: key, membership, model (default: ${founderData}, or .medoid/peer-1, ...)`,
  )
  .option(
    '--listen <multiaddr>',
    'where to listen; can be repeated (default: /ip4/0.0.0.0/tcp/0)',
    collect,
    [],
  )
  .option('--announce <multiaddr>', 'what to tell others instead; can be repeated', collect, [])
  .option('--dataset <dir>', "this peer's own data: four IDX files")
  .addOption(backendOption())
  .option('--threads <n>', 'threads for the rules (default: one for each processor)', wholeNumber)
  .addOption(kernelsOption())
  .option(
    '--attack <attack>',
    `for red teams: ${attackChoices.join(', ')}; as in ipm:tau=0.5; or a module that exports a script, as in ./script.ts`,
  )
  .option('--colluders <peers>', 'who attacks together with this peer: peer ids, with commas', list, [])
  .option('--outside-proof', 'start although nothing is proven for the swarm', false)
  .option('--report <file>', 'write a report at the end, as JSON')
  .option('--json', 'print the status as lines of JSON', false)
  .addOption(new Option('--log-level <level>', 'what to log').choices(logLevels).default('info'))
  .addOption(new Option('--log <format>', 'how to log, to stderr').choices(logFormats).default('text'))
  .addHelpText(
    'after',
    examples(
      'medoid up --swarm swarm.yaml',
      'medoid up --join /ip4/192.0.2.1/tcp/4001/p2p/12D3KooW...',
      'medoid up --swarm swarm.yaml --listen /ip4/0.0.0.0/tcp/4001 --announce /dns4/example.org/tcp/4001',
    ),
  )
  .action(async (flags: UpFlags) => void (await up(flags, { screen, writeLog, signal: leaving.signal })))

program
  .command('status')
  .description('show how the peers that run here get on')
  .option('--data <dir>', 'of the peer in this state directory (default: of all under .medoid)')
  .option('--json', 'as JSON, one line a peer', false)
  .addHelpText('after', examples('medoid status', 'medoid status --data /var/lib/medoid --json'))
  .action((flags: StatusFlags) => status(flags, print))

program
  .command('demo')
  .description('run a swarm on this machine, with attackers in it, and show what comes of it')
  .option('--peers <n>', 'processes to start', wholeNumber, 7)
  .option('--byzantine <b>', 'how many of them attack', wholeNumber, 2)
  .option(
    '--attack <attacks>',
    'one for each attacker, with commas, or the path of a script; the last repeats',
    'ipm,equivocate',
  )
  .option('--rule <rule>', 'how gradients are combined', 'nnm>trmean')
  .option('--model-rule <rule>', 'how models are combined', 'trmean')
  .option('--steps <steps>', 'steps of learning', wholeNumber, 180)
  .addOption(new Option('--model <model>', 'what to train').choices(modelChoices).default('mlp'))
  .option('--seed <seed>', 'decides data shares, first model and batches', wholeNumber, 1)
  .addOption(backendOption())
  .option('--report <file>', 'write what came of it, as JSON')
  .option('--keep', 'keep the directory with keys, logs and models', false)
  .addHelpText(
    'after',
    examples(
      'medoid demo',
      'medoid demo --attack alie',
      'medoid demo --rule average --model-rule average --attack sign-flip:scale=10',
    ),
  )
  .action(async (flags: DemoFlags) => void (await demo(flags, { screen, signal: leaving.signal })))

program
  .command('aggregate')
  .description('make one vector of many, by any rule, and say why')
  .argument('[file]', 'vectors as JSON, [[1, 2], [3, 4]], or as .npy (default: standard input)')
  .requiredOption('--rule <rule>', 'a rule, or a pipeline such as "nnm>trmean"')
  .requiredOption('--f <f>', 'how many of the vectors may be arbitrary', wholeNumber)
  .option('--param <name=value>', 'a parameter of the rule; can be repeated', collect, [])
  .option('--own <vector>', 'which vector is your own: its position, or its id')
  .option('--start <file>', 'where to start, for rules that do: a vector as JSON or .npy')
  .option('--seed <seed>', 'decides what is drawn, by rules that draw', wholeNumber)
  .option('--threads <n>', 'threads; the result is the same to the bit', wholeNumber, 1)
  .addOption(
    new Option('--kernels <name>', 'what touches the numbers (default: the best there is)').choices(
      kernelChoices,
    ),
  )
  .option('--explain', 'show shares, scores and distances before the result', false)
  .option('--out <file>', 'write the result as .npy instead of printing it')
  .option('--json', 'print one line of JSON, with the explanation where it is asked for', false)
  .addHelpText(
    'after',
    `${examples(
      'medoid aggregate --rule median --f 1 < vectors.json',
      'medoid aggregate gradients.npy --rule "nnm>trmean" --f 2 --threads 2 --out mean.npy',
      'medoid aggregate vectors.json --rule krum --f 1 --param neighbors=n-f-1 --explain',
    )}

JSON is an array of arrays, or { "ids": ["b", "a"], "vectors": [[1, 2], [3, 4]] }: vectors with ids are sorted by them
first, as the members of a swarm do.`,
  )
  .action((file: string | undefined, flags: AggregateFlags) =>
    aggregateVectors(file, flags, { stdin: process.stdin, print }),
  )

program
  .command('conformance')
  .description('compare the rules and attacks with what published implementations compute')
  .argument('<dir>', 'a directory of cases, such as test/vectors')
  .addOption(kernelsOption())
  .addOption(
    new Option('--backend <name>', 'another word for --kernels').choices(kernelChoices).conflicts('kernels'),
  )
  .option('--threads <n>', 'threads for the rules', wholeNumber, 1)
  .option('--json', 'print every case as a line of JSON, and the counts as the last', false)
  .addHelpText(
    'after',
    examples('medoid conformance test/vectors', 'medoid conformance test/vectors --threads 2'),
  )
  .action(async (directory: string, { backend, ...flags }: ConformanceChoice) => {
    outcome = await conformance(
      directory,
      { ...flags, kernels: backend ?? flags.kernels },
      { screen, signal: leaving.signal },
    )
  })

program
  .command('simulate')
  .description('run a scenario of simulated swarms, and show, write and draw what comes of it')
  .argument('<file>', 'the scenario: .ts, .js or .yaml')
  .option('--seed <n>', 'this seed instead of those of the scenario', wholeNumber)
  .option('--arm <k>', 'this arm alone, counted from 1', wholeNumber)
  .option('--out <dir>', 'write results, tables and pictures; what is there already is not run again')
  .option('--json <file>', 'write the table at the end, as JSON')
  .option('--jobs <n>', 'processes (default: as many as there are cores)', wholeNumber)
  .option('--trace <file>', 'write every delivery, one a line; of one run alone')
  .addHelpText(
    'after',
    examples(
      'medoid simulate examples/non-iid.ts --out results',
      'medoid simulate examples/krum-paper.ts --arm 3 --seed 1 --trace trace.txt',
    ),
  )
  .action((file: string, flags: Omit<SimulateFlags, 'file'>) =>
    simulate({ ...flags, file }, { screen, signal: leaving.signal }),
  )

program
  .command('compare')
  .description('run a scenario, and show its protocols beside each other: accuracy under attack, and cost')
  .argument('<file>', 'the scenario: .ts, .js or .yaml')
  .option('--seed <n>', 'this seed instead of those of the scenario', wholeNumber)
  .option('--arm <k>', 'this arm alone, counted from 1', wholeNumber)
  .option('--out <dir>', 'write results, tables and pictures; what is there already is not run again')
  .option('--json <file>', 'write the comparison, as JSON')
  .option('--jobs <n>', 'processes (default: as many as there are cores)', wholeNumber)
  .addHelpText('after', examples('medoid compare examples/compare-all.ts --out results'))
  .action((file: string, flags: Omit<CompareFlags, 'file'>) =>
    compare({ ...flags, file }, { screen, signal: leaving.signal }),
  )

/** `--backend` says what `--kernels` does. */
type ConformanceChoice = ConformanceFlags & { readonly backend?: ConformanceFlags['kernels'] }

function kernelsOption(): Option {
  return new Option('--kernels <name>', 'what touches the numbers (default: the best there is)').choices(
    kernelChoices,
  )
}

program
  .command('break')
  .description('search the attacks for the one that does most harm to a rule, on a quick task')
  .option('--rule <rule>', 'how gradients are combined', 'nnm>trmean')
  .option('--model-rule <rule>', 'how models are combined', 'trmean')
  .option('--members <n>', 'members of the swarm', wholeNumber, 7)
  .option('--f <f>', 'members that may lie, at most', wholeNumber, 2)
  .option('--byzantine <b>', 'how many really attack (default: f)', wholeNumber)
  .option('--attack <attacks>', 'only these, with commas (default: all)', list)
  .option('--steps <steps>', 'steps of learning', wholeNumber, 40)
  .option('--seed <seed>', 'decides everything that is drawn', wholeNumber, 1)
  .option('--json <file>', 'write what was found, as JSON')
  .addHelpText(
    'after',
    examples('medoid break --rule median --members 11 --f 5', 'medoid break --rule krum --attack ipm,alie'),
  )
  .action(async (flags: BreakFlags) => void (await breakRule(flags, { screen, signal: leaving.signal })))

function backendOption(): Option {
  return new Option('--backend <name>', 'tensors: the best one that works, or this one')
    .choices(backendChoices)
    .default('auto')
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value]
}

function list(value: string): readonly string[] {
  return value.split(',').map((part) => part.trim())
}

function wholeNumber(value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new InvalidArgumentError('give a whole number')
  return Number(value)
}

let isUnread = false

/** The first Ctrl-C leaves the swarm; a second one, or a leave that takes too long, ends the process at once. */
function leave(): void {
  if (leaving.signal.aborted) process.exit(exitCodes.interrupted)
  leaveWith(exitCodes.interrupted)
}

function leaveWith(code: ExitCode): void {
  leaving.abort()
  setTimeout(() => process.exit(code), 5_000).unref()
}

async function main(): Promise<number> {
  const code = await ran()
  await allToldOf()
  return isUnread ? exitCodes.unread : code
}

async function ran(): Promise<number> {
  try {
    await program.parseAsync()
    return outcome
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    const code = exitCodeOf(error)
    const text = error instanceof Error ? error.message : String(error)
    if (!isUnread) console.error(code === exitCodes.interrupted ? 'left' : text)
    return code
  }
}

whenReaderLeaves([process.stdout, process.stderr], () => {
  if (isUnread) return
  isUnread = true
  leaveWith(exitCodes.unread)
})
process.on('SIGINT', leave)
process.on('SIGTERM', leave)
process.exit(await main())
