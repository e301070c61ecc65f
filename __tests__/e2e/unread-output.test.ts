import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { db } from '@/lib/db/client'
import { useDatabase } from '../support/club'
import { freePort, useServer } from '../support/server'

const database = useDatabase()
const server = useServer(database.url)

/** Processor time of a process so far, in milliseconds (proc(5): in hundredths of a second). */
function processorMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return 10 * (Number(fields[11]) + Number(fields[12]))
}

it('a server whose output nobody reads any more serves on, is idle when it has nothing to do, and ends when told', async () => {
  const { process: child, send, call } = server()
  child.stdout!.destroy()
  child.stderr!.destroy()
  // What the framework and we say of these would be printed.
  for (let n = 0; n < 5; n++) await call('GET', '/api/v1/whoami', `sk_club_${'x'.repeat(49)}`)
  await send({ path: '/sign-in', headers: [['Next-Router-State-Tree', '%']] })
  await expectIdle(child.pid!)
  expect((await call('GET', '/api/health/live')).status).toBe(200)
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
}, 30_000)

it('so does one that lost its reader before it had served anybody', async () => {
  const port = await freePort()
  const child = spawn(
    process.execPath,
    ['node_modules/next/dist/bin/next', 'start', '--port', String(port)],
    {
      env: {
        ...process.env,
        NODE_ENV: 'production',
        NEXT_MANUAL_SIG_HANDLE: 'true',
        DATABASE_URL: database.url(),
        NEXTAUTH_URL: `http://localhost:${port}`,
        PORT: String(port),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let printed = ''
  for await (const chunk of child.stdout) if ((printed += String(chunk)).includes('Ready')) break
  await sleep(3_000)
  child.stdout.destroy()
  child.stderr.destroy()
  // Each connection that breaks is a line of the log.
  await db().$queryRaw`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`
  await sleep(1_000)
  const ended = once(child, 'exit')
  try {
    await expectIdle(child.pid!)
    child.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
  } finally {
    child.kill('SIGKILL')
  }
}, 60_000)

async function expectIdle(pid: number): Promise<void> {
  const before = processorMs(pid)
  await sleep(2_000)
  expect(processorMs(pid) - before).toBeLessThan(500)
}
