import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { validateApiKey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { makeClub, makeMember, useDatabase, type Member } from '../support/club'
import { oldToken } from '../support/importing'
import { runKeys } from '../support/keys-command'

// Odd places to read from and to write to: each is said in a line, and no token with it.

const database = useDatabase()
let folder: string
beforeAll(() => (folder = mkdtempSync(path.join(tmpdir(), 'clubkeys-odd-'))))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let coach: Member
let slug: string
beforeEach(async () => {
  const club = await makeClub()
  slug = club.slug
  coach = await makeMember(club.id, ['COACH'])
})

const importing = (...more: string[]) => ['import', '--club', slug, '--kind', 'plaintext', '--scope', 'practices:read', ...more] // prettier-ignore
const keys = (args: readonly string[], given?: Parameters<typeof runKeys>[2]) => runKeys(database, args, given) // prettier-ignore
const tokens = (count: number) => Array.from({ length: count }, oldToken)
const csv = (all: readonly string[]) => `token,owner\n${all.map((one) => `${one},${coach.email}\n`).join('')}`
let files = 0
function file(content: string | Buffer): string {
  const name = path.join(folder, `${++files}.csv`)
  writeFileSync(name, content)
  return name
}
const own = () => db().apiKey.count({ where: { clubId: coach.clubId } })
/** A line or two for a person: no stack, and nothing of any row. */
const SHORT = expect.not.stringMatching(/\n {4}at |acme_|node:internal/)

it.each<[string, () => string, RegExp]>([
  ['a missing file', () => path.join(folder, 'nothing.csv'), /There is no file .*nothing\.csv/],
  ['a file below a file', () => path.join(file('x'), 'y.csv'), /There is no file/],
  ['a folder', () => folder, /is no file; pipe it in and give -/],
  ['a device', () => '/dev/zero', /is no file; pipe it in and give -/],
  ['a program', () => process.execPath, /is not UTF-8|is longer than|no column/],
  ['an empty file', () => file(''), /is empty/],
  ['an empty gzip', () => file(gzipSync('')), /is empty/],
  ['UTF-16', () => file(Buffer.from(`\ufeff${csv(tokens(1))}`, 'utf16le')), /is UTF-16/],
  ['a spreadsheet', () => file(Buffer.from('504b03041400', 'hex')), /a spreadsheet; save it as CSV/],
  ['gzip of gzip', () => file(gzipSync(gzipSync(csv(tokens(2))))), /gzipped twice/],
  ['a JSON array', () => file(JSON.stringify([{ token: oldToken() }])), /is a JSON array/],
  ['another delimiter', () => file(csv(tokens(1)).replaceAll(',', ';')), /names no column "token"/],
])(
  'reads nothing from %s: exit 1, and why',
  async (...[, make, message]) => {
    const done = await keys(importing('--json', make()))
    expect(done).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(message) })
    expect(done.stderr).toEqual(SHORT)
    expect(await own()).toBe(0)
  },
  60_000,
)

it('a header alone is a file of no rows', async () => {
  expect(await keys(importing('--json', file('token,owner\r\n')))).toEqual({ code: 0, stdout: '{"read":0,"imported":0,"known":0,"refused":0}\n', stderr: '' }) // prettier-ignore
}, 60_000)

it('JSON lines without a column that was asked for: nothing is imported without its end', async () => {
  const lines = tokens(3).map((token) => JSON.stringify({ token, owner: coach.email, expiresAt: '2027-01-01T00:00:00Z' })) // prettier-ignore
  const source = file(lines.join('\n'))
  const done = await keys(importing('--json', '--column', 'expires=expires_at', source))
  expect(done).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('no row has "expires_at"') }) // prettier-ignore
  expect(await own()).toBe(0)
  expect(await keys(importing('--json', '--column', 'expires=expiresAt', source))).toMatchObject({ code: 0 })
}, 60_000)

it('stdin that brings nothing, or ends within a row: what came whole is there, and it says so', async () => {
  expect(await keys(importing('-'))).toMatchObject({ code: 1, stderr: expect.stringContaining('stdin is empty') }) // prettier-ignore
  const [whole, torn] = tokens(2)
  const text = csv([whole!, torn!])
  const done = await keys(importing('--json', '-'), { stdin: text.slice(0, -coach.email.length - 2) })
  expect(done).toMatchObject({ code: 1, stdout: '{"read":2,"imported":1,"known":0,"refused":1}\n', stderr: expect.stringContaining('line 3') }) // prettier-ignore
  expect(done.stderr).toEqual(SHORT)
  expect(await validateApiKey(whole!)).toMatchObject({ ok: true })
  expect(await validateApiKey(torn!)).toMatchObject({ ok: false })
}, 60_000)

it('goes on to its end where nobody listens any more', async () => {
  const all = tokens(1_200)
  const source = file(csv([...all, 'hunter2']))
  const done = await keys(importing(source), {
    meanwhile: ({ stdout, stderr }) => {
      stdout!.destroy()
      stderr!.destroy()
    },
  })
  expect(done.code).toBe(1)
  expect(await own()).toBe(1_200)
  // All rows are there, and nobody was told.
  expect(await keys(importing('--json', file(csv(all))), { meanwhile: ({ stdout }) => stdout!.destroy() })).toMatchObject({ code: 1, stderr: '' }) // prettier-ignore
}, 60_000)

it.each<[string, () => string, RegExp]>([
  ['a folder', () => folder, /--report cannot be written: EISDIR/],
  ['a folder that is missing', () => path.join(folder, 'no/r.jsonl'), /--report cannot be written: ENOENT/],
  ['a device', () => '/dev/full', /--report is no file/],
])(
  'writes no report to %s: exit 2, before anything is done',
  async (...[, where, message]) => {
    const done = await keys(importing('--report', where(), file(csv([...tokens(2), 'hunter2']))))
    expect(done).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(message) })
    expect(done.stderr).toEqual(SHORT)
    expect(await own()).toBe(0)
  },
  60_000,
)

it('a full disk takes the report alone: every good row is there, and how many lines are missing is said', async () => {
  const good = tokens(600)
  const bad = Array.from({ length: 60 }, (_, at) => `hunter${at}`)
  const report = path.join(folder, 'cut.jsonl')
  // No file may grow over 2 blocks, as on a disk that has no more.
  const before = ['sh', '-c', `trap '' XFSZ; ulimit -f 2; exec "$@"`, 'sh']
  const done = await keys(importing('--json', '--report', report, file(csv([...bad, ...good]))), { before })
  expect(done).toMatchObject({ code: 1, stdout: '{"read":660,"imported":600,"known":0,"refused":60}\n' })
  expect(done.stderr).toMatch(
    /^The report is not whole \(EFBIG\): \d+ of 60 refused rows are missing\.[^\n]*\n$/,
  )
  expect(await own()).toBe(600)
  const lines = readFileSync(report, 'utf8').split('\n').slice(0, -1)
  expect(lines.length).toBe(60 - Number(/: (\d+) of/.exec(done.stderr)?.[1]))
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ line: expect.any(Number) })
}, 60_000)

it('an output that is full: the rows are there, and the exit code says that nobody was told', async () => {
  const before = ['sh', '-c', 'exec "$@" > /dev/full', 'sh']
  const done = await keys(importing('--json', file(csv(tokens(2)))), { before })
  expect(done).toMatchObject({ code: 1, stderr: expect.stringContaining('ENOSPC') })
  expect(done.stderr).toEqual(SHORT)
  expect(await own()).toBe(2)
}, 60_000)

it('mixed-up columns and kinds: no cell of any row is repeated', async () => {
  mkdirSync(path.join(folder, 'mixed'), { recursive: true })
  const report = path.join(folder, 'mixed/refused.jsonl')
  const secret = oldToken()
  const digest = createHash('sha256').update(secret).digest('hex')
  const bodies = [
    `token,owner\n${coach.email},${secret}\n`,
    `token,owner,name\n${oldToken()},${coach.email},${secret}\n${oldToken()},${coach.email},"${secret}\n${secret}"\n`,
    `token,owner,scopes,expires,metadata\n${oldToken()},${coach.email},${secret},,\n${oldToken()},${coach.email},practices:read,${secret},\n${oldToken()},${coach.email},practices:read,,${secret}\n`,
    `${JSON.stringify({ token: 7, owner: secret })}\n${JSON.stringify({ token: [secret], owner: 'x' })}\n{"token":"${secret}"\n`,
    `token,owner\n${secret} ${secret},${coach.email}\n"${secret}\0",${coach.email}\n`,
  ]
  for (const body of bodies) {
    const done = await keys(importing('--prefix', 'acme_', '--report', report, file(body)))
    expect(done).toMatchObject({ code: 1, stdout: expect.stringContaining('0 imported') })
    const written = done.stdout + done.stderr + readFileSync(report, 'utf8')
    expect(written).not.toContain(secret.slice(5, 20))
    expect(written).not.toContain(digest)
  }
  expect(await own()).toBe(0)
  expect(existsSync(report)).toBe(true)
}, 120_000)
