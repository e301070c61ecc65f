import { execFile, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { tmpdir } from 'node:os'
import { hash } from '@node-rs/bcrypt'
import { getApiKey, listApiKeys, validateApiKey } from '@/lib/auth/api-key'
import { operatorActor } from '@/lib/auth/actor'
import { digestText } from '@/lib/auth/token'
import { db } from '@/lib/db/client'
import { atFirstUse } from '@/lib/auth/slow-hashes/first-use'
import { makeClub, makeMember, makeServiceAccount, useDatabase, type Member } from '../support/club'
import { ask } from '../support/embedded'
import { DAY_MS, oldToken } from '../support/importing'
import { createEmptyDatabase, type TestDatabase } from '../support/postgres'

// The commands of docs/migrating.md, run as they stand there: by a shell, through npm, on real databases.

process.env.API_KEY_BCRYPT = 'on'
process.env.API_KEY_OLD_PREFIXES = 'acme_'

const ROOT = path.resolve(__dirname, '../..')
const GUIDE = readFileSync(path.join(ROOT, 'docs/migrating.md'), 'utf8')

/** The shell's part of a section, command by command. */
function commandsOf(section: string): string[] {
  const [, text] = GUIDE.split(new RegExp(`^## ${section}.*$`, 'm'))
  const blocks = text!.split(/^## /m)[0]!.matchAll(/^( *)```sh\n([^]*?)^ *```/gm)
  return [...blocks].map(([, indent, block]) => block!.replaceAll(new RegExp(`^${indent}`, 'gm'), ''))
}

const database = useDatabase()
let old: TestDatabase
let coach: Member
let other: Member
let clubId: string
let work: string
beforeAll(async () => {
  old = await createEmptyDatabase()
  const club = await makeClub('demo')
  clubId = club.id
  coach = await makeMember(club.id, ['COACH'])
  other = await makeMember(club.id, ['COACH'])
  work = mkdtempSync(path.join(tmpdir(), 'clubkeys-moving-'))
})
afterAll(async () => {
  await old.drop()
  rmSync(work, { recursive: true, force: true })
})

type Done = { code: number; stdout: string; stderr: string }

/** With the one section's commands before it that say where things are. */
function run(command: string): Promise<Done> {
  const [where = ''] = commandsOf('Before')
  const script = `set -eu\n${where}\nOLD="$OLD_DATABASE" WORK="$WORK_FOLDER"\n${command}`
  const env = {
    ...process.env,
    DATABASE_URL: database.url(),
    DATABASE_DIRECT_URL: database.directUrl(),
    OLD_DATABASE: old.directUrl,
    TMPDIR: work,
    WORK_FOLDER: work,
  }
  return new Promise((resolve) =>
    execFile('sh', ['-c', script], { cwd: ROOT, env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    ),
  )
}

function node(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return stdout
}

const refusals = () =>
  readFileSync(path.join(work, 'refused.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { line: number; reason: string })
const keyOf = async (token: string) => {
  const verified = await validateApiKey(token)
  if (!verified.ok) return verified.reason
  const { id, name, userId, scopes, expiresAt, metadata } = verified.key
  const { imported, createdAt, lastUsedAt } = await getApiKey(operatorActor(clubId, null, 'test'), { id })
  return { name, userId, scopes, expiresAt, metadata: JSON.parse(metadata) as unknown, imported, createdAt, lastUsedAt } // prettier-ignore
}

it('Better Auth: keys that its own API made answer here, as what they were there', async () => {
  node('__tests__/support/install-sign-ins.mts')
  const made = node('fixtures/sign-ins/better-auth-keys.mjs', old.directUrl, coach.email, other.email)
  const tokens = JSON.parse(made) as Record<string, string>
  const [command = ''] = commandsOf('From Better Auth')
  const done = await run(command)
  expect(done).toMatchObject({ code: 1, stdout: expect.stringContaining('13 rows read: 10 imported, 0 known already, 3 refused') }) // prettier-ignore
  expect(refusals().map(({ reason }) => reason).sort()).toEqual(['has a digest that is no SHA-256 in hex, base64 or base64url', 'names no owner', 'names scopes that are not known here']) // prettier-ignore

  const now = Date.now()
  const usual = { userId: coach.userId, scopes: ['practices:read'], expiresAt: null, metadata: {}, imported: true, lastUsedAt: null } // prettier-ignore
  const [silver, gold] = [{ plan: 'silver' }, { plan: 'gold', quote: 'say "hi", ok', n: { deep: [1] } }]
  const expected: Record<string, unknown> = {
    plain: { ...usual, name: 'plain' },
    unnamed: { ...usual, name: 'Imported key' },
    other: { ...usual, name: 'of the other user', userId: other.userId },
    expiring: { ...usual, name: 'expiring', expiresAt: expect.any(Date) },
    described: { ...usual, name: 'described', metadata: gold },
    twice: { ...usual, name: 'described twice', metadata: silver },
    permitted: { ...usual, name: 'permitted', scopes: ['practices:read', 'practices:write'] },
    prefixed: { ...usual, name: 'prefixed' },
    limited: { ...usual, name: 'limited' },
    used: { ...usual, name: 'used', lastUsedAt: expect.any(String) },
    ...Object.fromEntries(
      ['expired', 'disabled', 'foreign', 'counted', 'refilled', 'team', 'clear'].map((name) => [
        name,
        'unknown',
      ]),
    ),
  }
  for (const [name, token] of Object.entries(tokens)) {
    const key = await keyOf(token)
    const what = expected[name]
    expect([name, key]).toEqual([name, typeof what === 'string' ? what : { ...(what as object), createdAt: expect.any(String) }]) // prettier-ignore
    if (typeof key !== 'string') expect(now - Date.parse(key.createdAt)).toBeLessThan(120_000)
  }
  const expiring = await keyOf(tokens.expiring!)
  if (typeof expiring === 'string') throw new Error(expiring)
  expect(Math.abs(expiring.expiresAt!.getTime() - now - 30 * DAY_MS)).toBeLessThan(120_000)
  // And once more nothing new comes.
  expect(await run(command)).toMatchObject({
    stdout: expect.stringContaining('0 imported, 10 known already'),
  })
  // Kept in plaintext there: `AS token`, as the guide says, and nothing of it goes further.
  const clear = command
    .replace('AS digest', 'AS token')
    .replace('WHERE', `WHERE a."configId" = 'clear' AND`)
    .replace('sha256 --min-bits 256', 'plaintext')
  expect(await run(clear)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('1 row read: 1 imported'),
  })
  expect(await keyOf(tokens.clear!)).toMatchObject({ name: 'kept in plaintext', userId: coach.userId })
  rmSync(path.join(work, 'better-auth.csv'))
  // An organisation's keys, with an owner of their own.
  const robot = await makeServiceAccount(clubId, ['COACH'], 'the robot')
  await run(command.replace('--scope', `--owner 'the robot' --scope`))
  expect(await keyOf(tokens.team!)).toMatchObject({ name: 'of the team', userId: robot.userId })
}, 240_000)

it('a column in plaintext: imported beside it, then cleared', async () => {
  const tokens = Array.from({ length: 3 }, oldToken)
  await ask(database.directUrl(), 'CREATE TABLE clients (id serial PRIMARY KEY, api_key text UNIQUE, owner_email text)') // prettier-ignore
  const add = (token: string) =>
    ask(database.directUrl(), 'INSERT INTO clients (api_key, owner_email) VALUES ($1, $2)', [
      token,
      coach.email,
    ])
  for (const token of tokens) await add(token)
  const [keep, finish, elsewhere] = commandsOf('From a column')
  expect(await run(keep!)).toMatchObject({ code: 0, stdout: expect.stringContaining('3 imported') })
  const late = oldToken()
  await add(late)
  expect(await run(finish!)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('1 imported, 3 known'),
  })
  expect(await ask(database.directUrl(), 'SELECT 1 FROM clients WHERE api_key IS NOT NULL')).toEqual([])
  for (const token of [...tokens, late]) expect(await keyOf(token)).toMatchObject({ userId: coach.userId })

  const there = oldToken()
  await ask(old.directUrl, 'CREATE TABLE clients (api_key text, owner_email text)')
  await ask(old.directUrl, 'INSERT INTO clients VALUES ($1, $2)', [there, coach.email])
  expect(await run(elsewhere!)).toMatchObject({ code: 0, stdout: expect.stringContaining('1 imported') })
  expect(await keyOf(there)).toMatchObject({ userId: coach.userId })
}, 120_000)

it('bcrypt hashes: each key is good from its first use on', async () => {
  const token = oldToken()
  await ask(old.directUrl, 'CREATE TABLE api_clients (hash text, key_prefix text, email text, name text, created_at timestamptz, revoked_at timestamp)') // prettier-ignore
  const insert = `INSERT INTO api_clients VALUES ($1, $2, $3, 'Scoreboard', '2024-01-02 03:04:05Z', $4)`
  await ask(old.directUrl, insert, [await hash(token, 4), token.slice(0, 12), coach.email, null])
  await ask(old.directUrl, insert, [await hash(oldToken(), 4), 'acme_abcdefg', coach.email, '2024-02-01'])
  expect(await run(commandsOf('From bcrypt')[0]!)).toMatchObject({ code: 0, stdout: expect.stringContaining('1 row read: 1 imported') }) // prettier-ignore
  expect(await atFirstUse(token, digestText(token), { turn: '192.0.2.1' })).toBe(true)
  expect(await keyOf(token)).toMatchObject({ name: 'Scoreboard', userId: coach.userId, createdAt: '2024-01-02T03:04:05.000Z' }) // prettier-ignore
}, 60_000)

it('Unkey: the example that stands there, with hashes of real tokens', async () => {
  const [, example = ''] = /```json\n(.*)\n```/.exec(GUIDE) ?? []
  const row = (token: string, change: object = {}) =>
    JSON.stringify({
      ...(JSON.parse(example) as object),
      hash: createHash('sha256').update(token).digest('base64'),
      externalId: coach.email,
      ...change,
    })
  // As Unkey makes them: 16 bytes in base58, behind a prefix.
  const [good, off] = Array.from({ length: 2 }, () => `acme_${BigInt(`0x${randomBytes(16).toString('hex')}`).toString(36)}`) // prettier-ignore
  writeFileSync(path.join(work, 'unkey.jsonl'), `${row(good!)}\n${row(off!, { enabled: false })}\n`)
  expect(await run(commandsOf('From Unkey')[0]!)).toMatchObject({ code: 0, stdout: expect.stringContaining('1 row read: 1 imported') }) // prettier-ignore
  expect(await keyOf(good!)).toMatchObject({ name: 'Scoreboard', metadata: { plan: 'gold' }, createdAt: '2024-01-02T03:04:05.000Z', expiresAt: null }) // prettier-ignore
  expect(await keyOf(off!)).toBe('unknown')
}, 60_000)

it('writes nothing but exports and reports, where only their owner reads them, and no token anywhere', async () => {
  const [where = ''] = commandsOf('Before')
  const { stdout } = await run(`${where}\nstat -c %a "$WORK"`)
  expect(stdout.trim()).toBe('700')
  const written = readdirSync(work, { withFileTypes: true }).filter((entry) => entry.isFile())
  expect(written.map(({ name }) => name).sort()).toEqual(['bcrypt.csv', 'better-auth.csv', 'enabled.jsonl', 'refused.jsonl', 'unkey.jsonl']) // prettier-ignore
  for (const { name } of written)
    expect(readFileSync(path.join(work, name), 'utf8')).not.toMatch(/acme_[\w-]{20}/)
  const { data } = await listApiKeys(operatorActor(clubId, null, 'test'), { limit: 100, imported: 'true' })
  expect(data).toHaveLength(await db().apiKey.count({ where: { clubId } }))
})
