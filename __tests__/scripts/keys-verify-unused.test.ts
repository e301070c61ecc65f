import { execFile } from 'node:child_process'
import { hash } from '@node-rs/bcrypt'
import { db } from '@/lib/db/client'
import { useDatabase } from '../support/club'
import { oldToken, useImports } from '../support/importing'
import { commandFile } from '../support/command-file'

const database = useDatabase()
const { coach, take } = useImports()
const BCRYPT = { kind: 'bcrypt', prefix: 'acme_', minBits: 192 } as const
const ON = { API_KEY_BCRYPT: 'on', API_KEY_OLD_PREFIXES: 'acme_' }

function keys(token: string, given: string[], env: Record<string, string> = ON) {
  return new Promise<{ code: number; answer: unknown; stderr: string }>((resolve) => {
    const environment = {
      ...process.env,
      DATABASE_URL: database.url(),
      DATABASE_DIRECT_URL: database.directUrl(),
    }
    const child = execFile(
      process.execPath,
      [commandFile('keys'), ...given],
      { env: { ...environment, ...env } },
      (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, answer: stdout && JSON.parse(stdout), stderr }),
    )
    child.stdin?.end(token)
  })
}

async function imported(more: Record<string, string> = {}): Promise<{ token: string; id: string }> {
  const token = oldToken()
  const cells = { digest: await hash(token, 4), lookup: token.slice(0, 13), owner: coach().email, ...more }
  expect((await take([cells], BCRYPT)).totals.imported).toBe(1)
  const { apiKeyId: id } = await db().slowHash.findFirstOrThrow({ where: { lookup: token.slice(0, 13) } })
  return { token, id }
}
const isUnused = async (id: string) => {
  const { hash: its } = await db().slowHash.findFirstOrThrow({ where: { apiKeyId: id } })
  const upgraded = await db().auditEvent.count({ where: { action: 'api-key.upgrade', targetId: id } })
  return its !== null && upgraded === 0
}

it('says of a key with a bcrypt hash that it is valid before its first use, and leaves it as it is', async () => {
  const { token, id } = await imported()
  for (let i = 0; i < 2; i++) {
    const { code, answer, stderr } = await keys(token, ['verify'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(answer).toMatchObject({
      valid: true,
      firstUse: true,
      keyId: id,
      userId: coach().userId,
      scopes: ['practices:read'],
    })
    expect(JSON.stringify(answer)).not.toContain(token)
  }
  expect(await isUnused(id)).toBe(true)
  const wrong = await keys(`${token.slice(0, -1)}~`, ['verify'])
  expect(wrong).toEqual({
    code: 1,
    answer: { valid: false, reason: 'unknown' },
    stderr: 'not valid: unknown\n',
  })
})

it('in the name of another club it is unknown, without a hint', async () => {
  const { token } = await imported()
  const { slug } = await db().club.create({ data: { slug: `other-${Date.now()}`, name: 'Other' } })
  const { answer, stderr } = await keys(token, ['verify', '--club', slug])
  expect([answer, stderr]).toEqual([{ valid: false, reason: 'unknown' }, 'not valid: unknown\n'])
})

it.each([
  ['bcrypt is off', { API_KEY_BCRYPT: '', API_KEY_OLD_PREFIXES: 'acme_' }],
  ['the prefix is not named', { API_KEY_BCRYPT: 'on', API_KEY_OLD_PREFIXES: '' }],
])('where %s, no call is let in: it says so, and whose it is', async (_, env) => {
  const { token, id } = await imported()
  const { code, answer, stderr } = await keys(token, ['verify'], env)
  expect([code, answer]).toEqual([1, { valid: false, reason: 'unknown' }])
  expect(stderr).toContain(`it is the key ${id}, of which only a bcrypt hash is known`)
})

it('one that has ended, or whose owner has left, is told apart from an unknown one', async () => {
  const soon = new Date(Date.now() + 3_600_000).toISOString()
  const { token, id } = await imported({ expires: soon })
  await db().apiKey.update({ where: { id }, data: { expiresAt: new Date(Date.now() - 1_000) } })
  expect((await keys(token, ['verify'])).answer).toEqual({ valid: false, reason: 'expired' })
  const other = await imported()
  await db().membership.updateMany({ where: { userId: coach().userId }, data: { status: 'SUSPENDED' } })
  expect((await keys(other.token, ['verify'])).answer).toEqual({ valid: false, reason: 'owner_gone' })
})

it('is found by its token, too', async () => {
  const { token, id } = await imported()
  const { code, answer } = await keys(token, ['find', '--json'])
  expect(code).toBe(0)
  expect(answer).toMatchObject([{ id, imported: true }])
  expect(await isUnused(id)).toBe(true)
})

it('how many imported keys are live and in use', async () => {
  const { slug } = await db().club.findUniqueOrThrow({ where: { id: coach().clubId } })
  await imported()
  await imported()
  const { code, answer } = await keys('', ['imported', '--club', slug, '--json'])
  expect([code, answer]).toEqual([0, { imported: 2, used: 0, days: 30 }])
})
