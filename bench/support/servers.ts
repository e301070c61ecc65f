import type { ChildProcess } from 'node:child_process'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../__tests__/support/server'
import { cpuMs, ROOT, startNode, stop } from './processes'

const NEXT = path.join(ROOT, 'node_modules/next/dist/bin/next')
const START_PATIENCE_MS = 60_000

export type Server = { port: number; cpuMs: () => number; stop: () => Promise<void> }

/** Starts a built app on the measured core and waits until it answers. @param folder below the root */
export async function serve(folder: string, env: Record<string, string>): Promise<Server> {
  const port = await freePort()
  const address = `http://127.0.0.1:${port}`
  const child = startNode([NEXT, 'start', '--port', String(port), '--hostname', '127.0.0.1'], {
    place: 'measured',
    cwd: path.join(ROOT, folder),
    env: { NEXTAUTH_URL: address, PORT: String(port), NEXT_MANUAL_SIG_HANDLE: 'true', ...env },
  })
  await untilItAnswers(child, `${address}/`)
  return { port, cpuMs: () => cpuMs(child.pid ?? 0), stop: () => stop(child) }
}

async function untilItAnswers(child: ChildProcess, url: string): Promise<void> {
  for (
    const until = Date.now() + START_PATIENCE_MS;
    Date.now() < until && child.exitCode === null;
    await sleep(50)
  ) {
    const answered = await fetch(url, { signal: AbortSignal.timeout(5_000) }).then(
      () => true,
      () => false,
    )
    if (answered) return
  }
  throw new Error(`the server at ${url} did not start`)
}
