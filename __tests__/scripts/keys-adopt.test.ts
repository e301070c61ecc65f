import { execFile, spawn } from 'node:child_process'
import { setTimeout } from 'node:timers/promises'
import { validateApiKey } from '@/lib/auth/api-key'
import { followChanges } from '@/lib/auth/follow-changes'
import { db } from '@/lib/db/client'
import { makeClub, makeMember, useDatabase, type Member } from '../support/club'
import { oldToken } from '../support/importing'
import { useRows } from '../support/rows'
import { commandFile } from '../support/command-file'

const database = useDatabase()
const rows = useRows(database.directUrl)

let coach: Member
let slug: string
let table: string
let tables = 0
beforeEach(async () => {
  const club = await makeClub()
  slug = club.slug
  coach = await makeMember(club.id, ['COACH'])
  table = `clients_${++tables}`
})

const environment = () => ({
  ...process.env,
  DATABASE_URL: database.url(),
  DATABASE_DIRECT_URL: database.directUrl(),
})
const args = (...more: string[]) => ['adopt', '--club', slug, '--table', table, '--token-column', 'apiKey', '--owner-column', 'owner email', '--scope', 'practices:read', ...more] // prettier-ignore

function keys(...given: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) =>
    execFile(
      process.execPath,
      [commandFile('keys'), ...given],
      { env: environment() },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    ),
  )
}

/** A table as an app has it, beside the layer's. */
async function clients(count: number): Promise<string[]> {
  const tokens = Array.from({ length: count }, oldToken)
  await rows.query(`CREATE TABLE "${table}" ("id" serial PRIMARY KEY, "apiKey" text UNIQUE, "owner email" text, "title" text, "madeAt" timestamp, notes jsonb)`) // prettier-ignore
  await rows.query(`INSERT INTO "${table}" ("apiKey", "owner email", "title", "madeAt", notes) SELECT t, $2, 'client', '2024-01-01 10:00', '{"plan":"gold"}' FROM unnest($1::text[]) t`, [tokens, coach.email]) // prettier-ignore
  return tokens
}

const left = async () =>
  Number((await rows.query<{ n: string }>(`SELECT count("apiKey") AS n FROM "${table}"`)).rows[0]!.n)
const own = () => db().apiKey.count({ where: { clubId: coach.clubId } })

it('moves a table: the digests come in, the column is empty, and every old token is good', async () => {
  const tokens = await clients(700)
  const more = [
    '--column',
    'name=title',
    '--column',
    'created=madeAt',
    '--column',
    'metadata=notes',
    '--json',
  ]
  const done = await keys(...args(...more))
  expect(done).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(done.stdout)).toEqual({
    before: 700,
    read: 700,
    imported: 700,
    known: 0,
    refused: 0,
    left: 0,
  })
  expect(await left()).toBe(0)
  for (const token of tokens.slice(0, 20)) expect(await validateApiKey(token)).toMatchObject({ ok: true })
  expect(await db().apiKey.findFirst({ where: { clubId: coach.clubId } })).toMatchObject({
    name: 'client',
    createdAt: new Date('2024-01-01T10:00:00Z'),
    metadata: { plan: 'gold' },
    imported: true,
  })
  expect(JSON.parse((await keys(...args(...more))).stdout)).toMatchObject({ before: 0, imported: 0, left: 0 })
}, 60_000)

it('keeps the plaintext for a window, and finishes later', async () => {
  const tokens = await clients(30)
  const kept = await keys(...args('--keep-plaintext'))
  expect(kept).toMatchObject({ code: 0, stdout: expect.stringContaining('--finish clears them') })
  expect(await left()).toBe(30)
  expect(await validateApiKey(tokens[3]!)).toMatchObject({ ok: true })
  expect(await keys(...args('--finish'))).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('VACUUM FULL'),
  })
  expect(await left()).toBe(0)
}, 60_000)

it('leaves the token of a refused row where it is, and says which row', async () => {
  await clients(3)
  await rows.query(`INSERT INTO "${table}" ("apiKey", "owner email") VALUES ('hunter2', $1), ('${oldToken()}', 'nobody@example.test')`, [coach.email]) // prettier-ignore
  const done = await keys(...args())
  expect(done).toMatchObject({ code: 1, stdout: expect.stringMatching(/2 now\. .*2 refused/) })
  expect(done.stderr).toMatch(/row \(0,4\) has a token of fewer than 128/)
  expect(done.stderr + done.stdout).not.toMatch(/hunter2|acme_/)
  expect(await own()).toBe(3)
}, 60_000)

it('a dry run changes nothing', async () => {
  await clients(5)
  const before = await rows.all()
  expect(await keys(...args('--dry-run'))).toMatchObject({
    code: 0,
    stdout:
      'Rows with a token: 5. 5 would be imported, 0 known already, 0 would be refused. Nothing was changed.\n',
  })
  expect(await rows.all()).toEqual(before)
}, 60_000)

it.each<[string, string[], RegExp, string?]>([
  ['an unknown table', ['--table', 'nothing'], /no table nothing/],
  ...['ApiKey', 'User', 'LoginSession', 'VerificationToken', 'Account', 'ApiKeyTombstone', 'SlowHash'].map(
    (one): [string, string[], RegExp] => [
      `the layer’s ${one}`,
      ['--table', one],
      /no table of the app's own/,
    ],
  ),
  ['SQL for a table', ['--table', 'a"; DROP TABLE "ApiKey"; --'], /no table/],
  ['an unknown column', ['--column', 'name=headline'], /no column headline/],
  [
    'a column that must not be empty',
    [],
    /ALTER COLUMN "apiKey" DROP NOT NULL/,
    'ALTER TABLE :t ALTER COLUMN "apiKey" SET NOT NULL',
  ],
  [
    'a token with two owners',
    [],
    /1 tokens stand for more than one owner/,
    `ALTER TABLE :t DROP CONSTRAINT ":t_apiKey_key"; INSERT INTO :t ("apiKey", "owner email") SELECT "apiKey", 'other@example.test' FROM :t LIMIT 1`,
  ],
])(
  'refuses %s before anything is done',
  async (...[, more, message, sql]) => {
    await clients(2)
    if (sql) await rows.query(sql.replaceAll(':t', table))
    expect(await keys(...args(...more))).toMatchObject({ code: 1, stderr: expect.stringMatching(message) })
    expect(await own()).toBe(0)
  },
  60_000,
)

it.each([
  ['a constraint', 'ALTER TABLE :t ADD CHECK ("apiKey" IS NOT NULL)'],
  ['a domain', 'CREATE DOMAIN ":t_d" AS text NOT NULL; ALTER TABLE :t ALTER "apiKey" TYPE ":t_d"'],
  ['uniqueness', 'ALTER TABLE :t ADD UNIQUE NULLS NOT DISTINCT ("apiKey")'],
  [
    'generation',
    'ALTER TABLE :t RENAME "apiKey" TO raw; ALTER TABLE :t ADD "apiKey" text GENERATED ALWAYS AS (raw) STORED',
  ],
  [
    'a trigger',
    `CREATE FUNCTION ":t_f"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no: %', OLD; END $$; CREATE TRIGGER no BEFORE UPDATE ON :t FOR EACH ROW EXECUTE FUNCTION ":t_f"()`,
  ],
])(
  'where %s keeps the column filled, says so without a word of the row, and does nothing',
  async (_, sql) => {
    await clients(2)
    await rows.query(sql.replaceAll(':t', table))
    const done = await keys(...args('--json'))
    expect(done).toMatchObject({ code: 1, stdout: '' })
    expect(done.stderr).toMatch(/^public\.\S+ does not let "apiKey" become NULL: [^\n]*\n$/)
    expect([await own(), await left()]).toEqual([0, 2])
    expect((await keys(...args('--json', '--keep-plaintext'))).code).toBe(0)
    expect(await own()).toBe(2)
  },
  60_000,
)

it('of tables that inherit from one another, clears the rows of one alone', async () => {
  const [kept] = await clients(1)
  const child = `${table}_older`
  await rows.query(`CREATE TABLE "${child}" () INHERITS ("${table}")`)
  // In the same place as the other one, in a file of its own.
  await rows.query(`INSERT INTO "${child}" ("id", "apiKey", "owner email") VALUES (9, 'hunter2', $1)`, [coach.email]) // prettier-ignore
  const done = await keys(...args('--json'))
  expect(JSON.parse(done.stdout)).toMatchObject({ before: 1, imported: 1, left: 0 })
  expect(await validateApiKey(kept!)).toMatchObject({ ok: true })
  expect((await rows.query(`SELECT "apiKey" FROM "${child}"`)).rows).toEqual([{ apiKey: 'hunter2' }])
  const again = await keys(...args('--json', '--table', child))
  expect(JSON.parse(again.stdout)).toMatchObject({ before: 1, refused: 1, left: 1 })
}, 60_000)

it('G17: a client that calls all along is never refused while its row goes from plaintext to digest, whenever the move is killed', async () => {
  const tokens = await clients(2_500)
  followChanges()
  // As an app does while it moves: its own column first, then the layer.
  const accepts = async (token: string) => {
    const { rowCount } = await rows.query(`SELECT 1 FROM "${table}" WHERE "apiKey" = $1`, [token])
    return rowCount === 1 || (await validateApiKey(token)).ok
  }
  let [calls, refused, over] = [0, 0, false]
  const traffic = async (from: number) => {
    for (let at = from; !over; at = (at + 7) % tokens.length) {
      calls++
      if (!(await accepts(tokens[at]!))) refused++
    }
  }
  const clientsCalling = Promise.all([traffic(0), traffic(1), traffic(2)])
  let kills = 0
  for (let at = 0; (await left()) > 0 && at < 20; at++) {
    const before = await left()
    const child = spawn(process.execPath, [commandFile('keys'), ...args()], {
      env: environment(),
      stdio: 'ignore',
    })
    const closed = new Promise((resolve) => child.on('close', resolve))
    const until = Date.now() + 20_000
    while ((await left()) === before && child.exitCode === null && Date.now() < until) await setTimeout(10)
    await setTimeout((at * 29) % 120)
    if (at < 5 && child.kill('SIGKILL') && child.exitCode === null) kills++
    await closed
    // Each token is here or there, and never in both.
    expect((await left()) + (await own())).toBe(tokens.length)
  }
  over = true
  await clientsCalling
  expect({ refused, left: await left() }).toEqual({ refused: 0, left: 0 })
  expect(calls).toBeGreaterThan(100)
  expect(kills).toBeGreaterThan(1)
  expect(await db().auditEvent.count({ where: { clubId: coach.clubId } })).toBe(tokens.length)
  for (const { where, text } of await rows.values())
    if (text.includes('acme_') && (where.startsWith(`${table}.`) || !where.startsWith('clients_')))
      throw new Error(`a token stands in ${where}`)
}, 240_000)
