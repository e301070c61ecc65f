import { spawn, type ChildProcess } from 'node:child_process'
import path from 'node:path'

/**
 * Starts a program of `chaos/workers`, which ends with this process, however that ends.
 * @param name of its file, without `.ts`
 * @returns the process, and the first that it printed
 */
export async function startWorker(
  name: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<{ child: ChildProcess; said: string }> {
  const file = path.resolve(__dirname, `../workers/${name}.ts`)
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const said = await new Promise<string>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code} before it said anything`)))
    child.stdout?.once('data', (line: Buffer) => resolve(line.toString()))
  })
  return { child, said }
}
