import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SOURCES } from '../../scripts/start/build'
import { placeOf, removePlace, temporaryFolder } from './temporary'

const ROOT = path.resolve(__dirname, '../..')
/** All that the commands read. `.data` and `.env` are a checkout's own. */
const READ = [
  ...['.next', 'node_modules', 'prisma', 'scripts'],
  // With one of them missing, the build would be made anew, for all tests at once.
  ...SOURCES.filter((name) => !name.includes('/') && existsSync(path.join(ROOT, name))),
  ...['next.config.js', 'package.json', 'postcss.config.mjs', 'prisma.config.ts'],
]
const PATIENCE_MS = 60_000
const TIME_ALONE = path.join(__dirname, 'time-alone.mjs')

export type Command = {
  process: ChildProcess
  output: () => string
  /** Its exit code. */
  ended: Promise<number | null>
  /** Waits until it has printed `text`. @throws Error with all it printed, when it ends or takes too long */
  until: (text: string) => Promise<void>
  /** Once it has ended by itself: the milliseconds that it took, but for those of waiting for a core. */
  tookMs: () => number
}

/**
 * A folder in which the project's commands run as in a clone of it: same sources and build, data of its own.
 */
export function makeCheckout(): {
  folder: string
  run: (script: string, env?: Record<string, string>) => Command
  remove: () => void
} {
  const folder = temporaryFolder()
  for (const name of READ) symlinkSync(path.join(ROOT, name), path.join(folder, name))
  return {
    folder,
    run: (script, env = {}) => run(folder, script, env),
    remove: () => {
      removePlace(placeOf(path.join(folder, '.data')))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function run(cwd: string, script: string, given: Record<string, string>): Command {
  // What the tests set for themselves is none of this command's.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(DATABASE_|NEXTAUTH_|PORT$)/.test(name)),
  )
  const time = path.join(cwd, `time-${randomUUID()}`)
  const child = spawn(process.execPath, ['--import', TIME_ALONE, '--import', 'tsx', ...script.split(' ')], {
    cwd,
    env: { ...env, NODE_ENV: 'production', CLUBKEYS_TEST_TIME: time, ...given },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const until = async (text: string) => {
    for (const deadline = Date.now() + PATIENCE_MS; !output.includes(text); await sleep(20)) {
      if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline)
        throw new Error(`"${text}" did not come:\n${output}`)
    }
  }
  const tookMs = () => Number(readFileSync(time, 'utf8'))
  return { process: child, output: () => output, ended, until, tookMs }
}
