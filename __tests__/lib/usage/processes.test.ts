import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { flushUses, recordUse } from '@/lib/usage/record'
import { makeClub, makeKey, makeMember, useDatabase } from '../../support/club'
import { makeManyKeys } from '../../support/many-keys'
import { relayTo, type Relay } from '../../support/relay'

process.env.DATABASE_TIMEOUT_MS = '1500'
const database = useDatabase()
let relay: Relay
let past: Client
beforeAll(async () => {
  past = new Client(database.directUrl())
  past.on('error', () => {}) // The database may be dropped before we leave.
  await past.connect()
  relay = await relayTo(database.url())
  process.env.DATABASE_URL = relay.url
})
afterAll(async () => {
  await past.end()
  await relay.close()
})

const setup = async () => makeMember((await makeClub()).id, ['COACH'])

async function requestsOf(ids: string[]): Promise<number> {
  const { rows } = await past.query<{ sum: string | null }>(
    'SELECT sum("requests") FROM "ApiKeyUsage" WHERE "apiKeyId" = ANY ($1)',
    [ids],
  )
  return Number(rows[0]?.sum ?? 0)
}

const run = promisify(execFile)
async function noteInProcess(ids: string[], rounds: number): Promise<{ failures: number }> {
  const script = path.resolve(__dirname, '../../support/note-uses.mts')
  const env = { ...process.env, DATABASE_URL: database.url(), DATABASE_TIMEOUT_MS: '20000' }
  const args = ['--import', 'tsx', script, JSON.stringify({ ids, rounds })]
  const { stdout } = await run(process.execPath, args, { env })
  return JSON.parse(stdout) as { failures: number }
}

it('two processes write the same keys at once, whatever order they noted them in, and never in a deadlock', async () => {
  const ids = await makeManyKeys(await setup(), 800)
  const ROUNDS = 10
  const both = await Promise.all([noteInProcess(ids, ROUNDS), noteInProcess([...ids].reverse(), ROUNDS)])
  expect(both).toEqual([{ failures: 0 }, { failures: 0 }])
  expect(await requestsOf(ids)).toBe(ids.length * ROUNDS * 2)
  const { rows } = await past.query<{ deadlocks: string }>(
    'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
  )
  expect(Number(rows[0]?.deadlocks)).toBe(0)
}, 120_000)

it('a batch whose answer was lost after the commit is counted once, and what came since with it', async () => {
  const key = await makeKey(await setup())
  for (let i = 0; i < 5; i++) recordUse(key.id)
  // The statement is committed, but the server's answer never arrives.
  relay.mute()
  await flushUses()
  expect(await requestsOf([key.id])).toBe(5)
  relay.mend()
  for (let i = 0; i < 3; i++) recordUse(key.id)
  await flushUses()
  await flushUses()
  expect(await requestsOf([key.id])).toBe(8)
})

it('a batch that never arrived is counted when it does, and before any other', async () => {
  const key = await makeKey(await setup())
  for (let i = 0; i < 2; i++) recordUse(key.id)
  relay.cut()
  await flushUses()
  expect(await requestsOf([key.id])).toBe(0)
  recordUse(key.id)
  await flushUses()
  relay.mend()
  relay.drop()
  await flushUses()
  await flushUses()
  expect(await requestsOf([key.id])).toBe(3)
})
