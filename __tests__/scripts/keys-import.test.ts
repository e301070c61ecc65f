import { randomBytes } from 'node:crypto'
import { linkSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { validateApiKey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { makeClub, makeKey, makeMember, useDatabase, type Member } from '../support/club'
import { runKeys } from '../support/keys-command'

const database = useDatabase()

let folder: string
beforeAll(() => (folder = mkdtempSync(path.join(tmpdir(), 'clubkeys-import-'))))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let coach: Member
let slug: string
beforeEach(async () => {
  const club = await makeClub()
  slug = club.slug
  coach = await makeMember(club.id, ['COACH'])
})

const keys = (args: readonly string[], given?: { stdin?: Buffer | string }) => runKeys(database, args, given)
const importing = (...more: string[]) => [
  'import',
  '--club',
  slug,
  '--kind',
  'plaintext',
  '--scope',
  'practices:read',
  ...more,
]
const token = () => `acme_${randomBytes(24).toString('base64url')}`
const tokens = (count: number) => Array.from({ length: count }, token)
const csv = (all: readonly string[]) => `token,owner\n${all.map((one) => `${one},${coach.email}\n`).join('')}`
let files = 0
function file(content: string | Buffer, ending = 'csv'): string {
  const name = path.join(folder, `${++files}.${ending}`)
  writeFileSync(name, content)
  return name
}
const own = () => db().apiKey.count({ where: { clubId: coach.clubId } })

it('prints how it went as one JSON object, and twice does nothing twice', async () => {
  const all = tokens(30)
  const source = file(csv(all))
  expect(await keys(importing('--json', source))).toEqual({ code: 0, stdout: '{"read":30,"imported":30,"known":0,"refused":0}\n', stderr: '' }) // prettier-ignore
  expect(await keys(importing('--json', source))).toEqual({ code: 0, stdout: '{"read":30,"imported":0,"known":30,"refused":0}\n', stderr: '' }) // prettier-ignore
  for (const one of all.slice(0, 3)) expect(await validateApiKey(one)).toMatchObject({ ok: true })
}, 60_000)

it('reads gzip, JSON lines and stdin; columns by any name', async () => {
  const [first, second, third, fourth] = tokens(4)
  const line = (one: string | undefined) => `${JSON.stringify({ api_key: one, who: coach.email })}\n`
  const columns = ['--column', 'token=api_key', '--column', 'owner=who', '--json']
  const done = [
    await keys(
      importing(
        ...columns,
        file(gzipSync(`who;api_key\n${coach.email};${first}\n`), 'gz'),
        '--delimiter',
        ';',
      ),
    ),
    await keys(importing(...columns, file(line(second), 'jsonl'))),
    await keys(importing(...columns, '-'), { stdin: line(third) }),
    await keys(importing('--owner', coach.email, '-'), { stdin: gzipSync(`token\r\n${fourth}\r\n`) }),
  ]
  expect(done.map(({ code, stderr }) => ({ code, stderr }))).toEqual([{ code: 0, stderr: '' }, { code: 0, stderr: '' }, { code: 0, stderr: '' }, { code: 0, stderr: expect.any(String) }]) // prettier-ignore
  for (const one of [first, second, third, fourth])
    expect(await validateApiKey(one!)).toMatchObject({ ok: true })
}, 60_000)

it('names refused rows in a report that only its owner reads, and exits 1', async () => {
  const [good, weak] = [token(), 'correct-horse-battery']
  const report = path.join(folder, 'report.jsonl')
  writeFileSync(report, 'of an earlier run\n', { mode: 0o644 })
  const { code, stdout, stderr } = await keys(
    importing('--json', '--report', report, file(csv([good, weak]))),
  )
  expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '{"read":2,"imported":1,"known":0,"refused":1}\n', stderr: '' }) // prettier-ignore
  expect(JSON.parse(readFileSync(report, 'utf8'))).toEqual({
    line: 3,
    reason: expect.stringContaining('128 random bits'),
  })
  expect(statSync(report).mode & 0o777).toBe(0o600)
  const dry = await keys(importing('--dry-run', file(csv([token(), weak]))))
  expect(dry).toMatchObject({ code: 1, stdout: expect.stringContaining('1 would be imported') })
  expect(dry.stderr).toContain('line 3 has a token of fewer than 128 random bits')
  expect(dry.stderr).toMatch(/rows\/s/)
}, 60_000)

it.each<[string, string[], RegExp]>([
  ['no file', [], /one file, or - for stdin/],
  ['two files', ['a', 'b'], /one file, or - for stdin/],
  ['an unknown kind', ['--kind', 'md5', 'a'], /--kind is one of/],
  ['a field that is none', ['--column', 'secret=x', 'a'], /--column is FIELD=COLUMN/],
  ['a field twice', ['--column', 'name=x', '--column', 'name=y', 'a'], /--column names name twice/],
  ['bits that are none', ['--min-bits', '-1', 'a'], /min-bits/],
  ['a deadline that is none', ['--expires', 'soon', 'a'], /RFC 3339/],
  ['a deadline that is over', ['--expires', '2025-12-31T00:00:00Z', 'a'], /must be in the future/],
  ['an unknown scope', ['--scope', 'all', 'a'], /scope/],
  ['an unknown option', ['--force', 'a'], /--force/],
  ['a delimiter of two characters', ['--delimiter', '::', 'a'], /--delimiter/],
])(
  'exits 2 for %s',
  async (_, args, message) => {
    expect(await keys(importing(...args))).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(message),
    })
  },
  60_000,
)

it('applies nothing of a file that breaks off, wherever it does, and quotes nothing of it', async () => {
  const all = tokens(1_500)
  for (const [bad, message] of [
    [`${csv(all)}"${token()},x\n`, 'line 1502'],
    [`${csv(all)}${token()},${'x'.repeat(100_000)}\n`, 'longer than 65536'],
    [Buffer.concat([Buffer.from(csv(all)), Buffer.from([0xff, 0xfe, 0x0a])]), 'not UTF-8'],
    [gzipSync(csv(all)).subarray(0, -100), 'damaged gzip'],
    ['', 'is empty'],
    [all.map((one) => `${one},${coach.email}\n`).join(''), 'no column "token"'],
  ] as const) {
    const done = await keys(importing('--json', file(bad)))
    expect(done).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(message) })
    expect(done.stderr).not.toMatch(/acme_/)
  }
  expect(await own()).toBe(0)
  expect(await keys(importing(path.join(folder, 'missing.csv')))).toMatchObject({ code: 1, stderr: expect.stringContaining('no file') }) // prettier-ignore
  expect(await keys(importing('--report', file(csv(all)), '/dev/null'))).toMatchObject({ code: 1 })
}, 120_000)

it('would not overwrite what it reads', async () => {
  const source = file(csv(tokens(2)))
  expect(await keys(importing('--report', source, source))).toMatchObject({ code: 2 })
  expect(readFileSync(source, 'utf8')).toContain('acme_')
}, 60_000)

it('would not overwrite what it reads under another name, or as stdin', async () => {
  const source = file(csv(tokens(2)))
  const other = path.join(folder, 'another-name')
  linkSync(source, other)
  const fromShell = { before: ['sh', '-c', 'exec "$@" < "$0"', source] }
  for (const one of [source, other]) {
    expect(await keys(importing('--report', other, one))).toMatchObject({ code: 2 })
    expect(await runKeys(database, importing('--report', one, '-'), fromShell)).toMatchObject({ code: 2 })
    expect(readFileSync(source, 'utf8')).toContain('acme_')
  }
  expect(await runKeys(database, importing('--report', path.join(folder, 'new'), '-'), fromShell)).toMatchObject({ code: 0 }) // prettier-ignore
}, 60_000)

it('follows no link to where a report would empty another file', async () => {
  const [target, link] = [file('of somebody else\n'), path.join(folder, 'link')]
  symlinkSync(target, link)
  expect(await keys(importing('--report', link, file(csv(tokens(1)))))).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--report is a link'),
  })
  expect(readFileSync(target, 'utf8')).toBe('of somebody else\n')
  expect(await own()).toBe(0)
}, 60_000)

it('does not repeat a token that was typed where none belongs', async () => {
  const [old] = tokens(1)
  const env = { API_KEY_OLD_PREFIXES: 'acme_' }
  const { token: ours } = await makeKey(coach, { scopes: ['practices:read'] })
  for (const one of [old!, ours])
    for (const args of [['verify', one], [one], ['list', `--${one}`], importing(one), importing('x', one)]) {
      const done = await runKeys(database, args, { env })
      expect(done.code).toBeGreaterThan(0)
      expect(done.stdout + done.stderr).not.toContain(one)
    }
}, 120_000)
