import { chmodSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startEmbedded } from '@/lib/db/embedded'
import { OUTSIDE } from '@/lib/db/embedded/binaries'
import { migrate } from '@/lib/db/migrate'
import { ask, newDataDir, removeDataDirs, serverPid } from '../../support/embedded'
import { placeOf } from '../../support/temporary'

afterAll(removeDataDirs)

it('keeps secrets, cluster and socket from everybody else', async () => {
  const dataDir = newDataDir()
  const db = await startEmbedded(dataDir)
  const mode = (name: string) => (statSync(path.join(dataDir, name)).mode & 0o777).toString(8)
  expect(['secrets', 'pg', 'run', 'log'].map(mode)).toEqual(['700', '700', '700', '700'])
  expect(['secrets/postgres-owner', 'secrets/postgres-app', 'log/postgres.log'].map(mode)).toEqual([
    '600',
    '600',
    '600',
  ])
  expect(statSync(path.join(dataDir, 'secrets/postgres-owner')).uid).toBe(process.getuid?.())
  expect(await ask(db.directUrl, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '' }])
  await db.stop()
})

it('lets nobody in without the password', async () => {
  const dataDir = newDataDir()
  const db = await startEmbedded(dataDir)
  for (const address of [db.url, db.directUrl]) {
    await expect(ask(address.replace(/:[^:@]+@/, ':wrong@'), 'SELECT 1')).rejects.toMatchObject({
      code: '28P01',
    })
  }
  expect(await ask(db.directUrl, 'SELECT DISTINCT auth_method FROM pg_hba_file_rules')).toEqual([
    { auth_method: 'scram-sha-256' },
  ])
  await db.stop()
})

it('gives the app a role that owns no table and is no superuser', async () => {
  const dataDir = newDataDir()
  const db = await startEmbedded(dataDir)
  await migrate(db.directUrl, { appUser: new URL(db.url).username })
  expect(
    await ask(
      db.url,
      `SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls FROM pg_roles WHERE rolname = current_user`,
    ),
  ).toEqual([{ rolsuper: false, rolcreaterole: false, rolcreatedb: false, rolbypassrls: false }])
  expect(
    await ask(
      db.url,
      `SELECT relname FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)`,
    ),
  ).toEqual([])
  await expect(ask(db.url, `DELETE FROM "AuditEvent"`)).rejects.toMatchObject({ code: '42501' })
  await expect(ask(db.url, 'CREATE TABLE mine (n int)')).rejects.toMatchObject({ code: '42501' })
  await db.stop()
})

it('writes no statement and no input into its log', async () => {
  const dataDir = newDataDir()
  const db = await startEmbedded(dataDir)
  await expect(ask(db.url, `SELECT 'sk_club_secret'::uuid`)).rejects.toMatchObject({ code: '22P02' })
  const waiting = expect(ask(db.url, `SELECT pg_sleep(60), 'sk_club_secret'`)).rejects.toMatchObject({
    code: '57P01',
  })
  await sleep(100)
  await db.stop()
  await waiting
  const log = readFileSync(path.join(dataDir, 'log/postgres.log'), 'utf8')
  expect(log).toContain('terminating connection')
  expect(log).not.toContain('sk_club_secret')
})

it('uses the loopback address, with the password, where a socket’s path would be too long', async () => {
  const dataDir = newDataDir('x'.repeat(90))
  const db = await startEmbedded(dataDir)
  expect(new URL(db.url).hostname).toBe('127.0.0.1')
  expect(await ask(db.url, 'SHOW listen_addresses').catch((error: Error) => error.message)).toEqual([
    { listen_addresses: '127.0.0.1' },
  ])
  await expect(ask(db.url.replace(/:[^:@]+@/, ':wrong@'), 'SELECT 1')).rejects.toMatchObject({
    code: '28P01',
  })
  await db.stop()
})

it('refuses secrets that do not belong to the database', async () => {
  const dataDir = newDataDir()
  const db = await startEmbedded(dataDir)
  rmSync(path.join(dataDir, 'secrets'), { recursive: true })
  await expect(startEmbedded(dataDir)).rejects.toThrow('do not belong together')
  await db.stop()
})

// What only root meets: Postgres refuses to run as root.
if (process.getuid?.() === 0) {
  it('runs under an account of its own that nobody else has, and the same one after a restart', async () => {
    const dataDir = newDataDir()
    const uids: number[] = []
    for (let start = 0; start < 2; start++) {
      const db = await startEmbedded(dataDir)
      uids.push(statSync(`/proc/${serverPid(dataDir)}`).uid)
      await db.stop()
    }
    expect(uids[0]).toBe(uids[1])
    expect(readFileSync('/etc/passwd', 'utf8')).not.toContain(`:${uids[0]}:`)
    expect(uids[0]).toBe(statSync(path.join(dataDir, 'pg')).uid)
  })

  it('puts the cluster outside a folder that lets nobody through, such as root’s home', async () => {
    const dataDir = newDataDir()
    mkdirSync(dataDir)
    chmodSync(path.dirname(dataDir), 0o700)
    const db = await startEmbedded(dataDir)
    expect(placeOf(dataDir)?.startsWith(`${OUTSIDE}/`)).toBe(true)
    expect(statSync(path.join(dataDir, 'pg')).mode & 0o777).toBe(0o700)
    await ask(db.directUrl, 'CREATE TABLE kept (n int)')
    await db.stop()
    const again = await startEmbedded(dataDir)
    expect(await ask(again.directUrl, 'SELECT * FROM kept')).toEqual([])
    await again.stop()
  })
}
