import { spawn } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { startEmbedded } from '@/lib/db/embedded'
import { isAlive } from '@/lib/process/processes'
import {
  ask,
  eventually,
  killHard,
  newDataDir,
  pidFile,
  removeDataDirs,
  serverPid,
  startInAnotherProcess,
} from '../../support/embedded'

afterAll(removeDataDirs)

it('loses no acknowledged row to kill -9 of the server, and starts it again by itself', async () => {
  const dataDir = newDataDir()
  const lines: string[] = []
  const db = await startEmbedded(dataDir, { log: (line) => lines.push(line) })
  try {
    await ask(db.directUrl, 'CREATE TABLE kept (n int)')
    await ask(db.directUrl, 'INSERT INTO kept SELECT generate_series(1, 100)')
    const killed = serverPid(dataDir)
    process.kill(killed, 'SIGKILL')
    expect(await eventually(() => ask(db.directUrl, 'SELECT count(*)::int AS n FROM kept'))).toEqual([
      { n: 100 },
    ])
    expect(serverPid(dataDir)).not.toBe(killed)
    expect(lines).toEqual([expect.stringContaining('ended unexpectedly')])
  } finally {
    await db.stop()
  }
  expect(serverPid(dataDir)).toBe(0)
})

it('heals when application and server were both killed with -9', async () => {
  const dataDir = newDataDir()
  const app = await startInAnotherProcess(dataDir)
  const killed = serverPid(dataDir)
  await killHard(app)
  process.kill(killed, 'SIGKILL')
  const db = await startEmbedded(dataDir)
  expect(await ask(db.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  await db.stop()
})

it('is not held up by another process that got the dead server’s pid', async () => {
  const dataDir = newDataDir()
  const app = await startInAnotherProcess(dataDir)
  const killed = serverPid(dataDir)
  await killHard(app)
  const lock = readFileSync(pidFile(dataDir), 'utf8')
  process.kill(killed, 'SIGKILL')
  await eventually(async () => {
    if (isAlive(killed)) throw new Error('still there')
  })
  const { uid, gid } = statSync(path.join(dataDir, 'pg'))
  const stranger = spawn('sleep', ['60'], { stdio: 'ignore', ...(process.getuid?.() === 0 && { uid, gid }) })
  try {
    writeFileSync(pidFile(dataDir), lock.replace(/^\d+/, String(stranger.pid)))
    const db = await startEmbedded(dataDir)
    expect(serverPid(dataDir)).not.toBe(stranger.pid)
    await db.stop()
    expect(isAlive(stranger.pid!)).toBe(true)
  } finally {
    await killHard(stranger)
  }
})

it('gives simultaneous starters one server, which the last one out stops', async () => {
  const dataDir = newDataDir()
  const all = await Promise.all([1, 2, 3, 4].map(() => startEmbedded(dataDir)))
  const pid = serverPid(dataDir)
  expect(new Set(all.map((db) => db.directUrl)).size).toBe(1)
  await Promise.all(all.slice(1).map((db) => db.stop()))
  expect(await ask(all[0]!.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  expect(serverPid(dataDir)).toBe(pid)
  await all[0]!.stop()
  expect(isAlive(pid)).toBe(false)
})

it('shares with another process, whose share ends when it is killed', async () => {
  const dataDir = newDataDir()
  const other = await startInAnotherProcess(dataDir)
  const pid = serverPid(dataDir)
  const db = await startEmbedded(dataDir)
  expect(serverPid(dataDir)).toBe(pid)
  await killHard(other)
  await eventually(async () =>
    expect(
      await ask(db.directUrl, `SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory'`),
    ).toEqual([{ n: 1 }]),
  )
  await db.stop()
  expect(isAlive(pid)).toBe(false)
})

it('serves whoever starts while the last one stops', async () => {
  const dataDir = newDataDir()
  let db = await startEmbedded(dataDir)
  for (let round = 0; round < 8; round++) {
    const [, next] = await Promise.all([db.stop(), startEmbedded(dataDir)])
    expect(await eventually(() => ask(next.url, 'SELECT 1 AS one'))).toEqual([{ one: 1 }])
    db = next
  }
  await db.stop()
  expect(serverPid(dataDir)).toBe(0)
})

it('is out of reach of Ctrl-C in the terminal', async () => {
  const dataDir = newDataDir()
  const db = await startEmbedded(dataDir)
  const pid = serverPid(dataDir)
  const [group] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ').slice(2)
  expect(Number(group)).toBe(pid)
  await db.stop()
})
