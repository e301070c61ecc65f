import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { freePort } from '../../__tests__/support/server'
import { temporaryFolder } from '../../__tests__/support/temporary'
import { untilListening, type Proxy } from './nginx'

/**
 * HAProxy before one process.
 * @param lines of its frontend, such as those that name the client
 * @param server options of its `server` line
 */
export async function startHaproxy(to: number, lines: string, server = ''): Promise<Proxy> {
  const folder = temporaryFolder()
  const port = await freePort()
  const file = path.join(folder, 'haproxy.cfg')
  writeFileSync(file, configuration(port, to, lines, server))
  const child = spawn('haproxy', ['-db', '-f', file], {
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const failed = once(child, 'error').then(([error]) => {
    throw error as Error
  })
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    }
    rmSync(folder, { recursive: true, force: true })
  }
  await Promise.race([untilListening(port), failed]).catch(async (error: unknown) => {
    await stop()
    throw new Error(`HAProxy did not start: ${said}`, { cause: error })
  })
  return { port, stop }
}

const configuration = (port: number, to: number, lines: string, server: string) => `
global
  maxconn 1000
defaults
  mode http
  timeout connect 1s
  timeout client 30s
  timeout server 30s
  timeout http-keep-alive 60s
frontend in
  bind 127.0.0.1:${port}
  ${lines}
  default_backend app
backend app
  server app 127.0.0.1:${to} ${server}
`
