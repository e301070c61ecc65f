import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { freePort } from './server'
import { temporaryFolder } from './temporary'

export type TestRedis = {
  url: string
  /** Without a word to anybody, as a crash is. */
  kill: () => Promise<void>
  start: () => Promise<void>
  /** It keeps its connections and answers nothing. */
  pause: () => void
  resume: () => void
  /** One command. */
  send: (command: string, ...args: (string | number)[]) => Promise<unknown>
  stop: () => Promise<void>
}

/** A Redis of the caller's own on a free port, which keeps nothing on disk. */
export async function startRedis(): Promise<TestRedis> {
  const folder = temporaryFolder()
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  let server: ChildProcess
  const start = async () => {
    const args = [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      folder,
    ]
    server = spawn('redis-server', args, { stdio: 'ignore' })
    await once(server, 'spawn')
    await untilItAnswers(url)
  }
  const kill = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return
    const gone = once(server, 'exit')
    server.kill('SIGKILL')
    await gone
  }
  await start()
  return {
    url,
    start,
    kill,
    pause: () => server.kill('SIGSTOP'),
    resume: () => server.kill('SIGCONT'),
    send: (command, ...args) => withClient(url, (client) => client.call(command, ...args)),
    stop: async () => {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function untilItAnswers(url: string): Promise<void> {
  for (const until = Date.now() + 10_000; Date.now() < until; await sleep(20)) {
    const answer = await withClient(url, (client) => client.ping()).catch(() => null)
    if (answer === 'PONG') return
  }
  throw new Error('redis-server did not start: apt-get install -y redis-server')
}

async function withClient<T>(url: string, run: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 1_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return await run(client)
  } finally {
    client.disconnect()
  }
}
