import { spawn, type ChildProcess } from 'node:child_process'
import { commandFile } from './command-file'

export type Done = { code: number | null; stdout: string; stderr: string }
type Where = { url: () => string; directUrl: () => string }
type Given = {
  stdin?: Buffer | string
  env?: Record<string, string>
  /** What stands before the program, such as a shell that sets a limit. */
  before?: readonly string[]
  /** While it runs. */
  meanwhile?: (child: ChildProcess) => void
}

/** `npm run -s keys -- ...`, past npm. */
export function runKeys(
  database: Where,
  args: readonly string[],
  { stdin, env = {}, before = [], meanwhile }: Given = {},
): Promise<Done> {
  const [command = '', ...more] = [...before, process.execPath, commandFile('keys'), ...args]
  const child = spawn(command, more, {
    env: {
      ...process.env,
      DATABASE_URL: database.url(),
      DATABASE_DIRECT_URL: database.directUrl(),
      ...env,
    },
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  child.stdin.on('error', () => {})
  if (stdin !== undefined || !meanwhile) child.stdin.end(stdin)
  meanwhile?.(child)
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })))
}
