import { z } from 'zod'

// NEXTAUTH_SECRET is changed one process after the other: a page that was begun at one goes on at the other.

const OLD = 'the-secret-of-before-the-secret-of-before'
const NEW = 'the-secret-from-now-on-the-secret-from-now'
const QUESTION = { list: 'api-keys', clubId: 'a club' }

const given = { ...process.env }
afterEach(() => {
  process.env = { ...given }
})

/** What a process of its own with these secrets makes of cursors. */
async function startWith(secret: string, previous = '') {
  process.env = { ...given, NEXTAUTH_SECRET: secret, NEXTAUTH_SECRET_PREVIOUS: previous }
  delete (globalThis as { clubkeysCursorKeys?: unknown }).clubkeysCursorKeys
  jest.resetModules()
  await import('@/keys')
  const { openCursor, sealCursor } = await import('@/lib/page')
  return {
    seal: () => sealCursor(QUESTION, 'here'),
    open: (cursor: string, clubId = QUESTION.clubId) =>
      openCursor({ ...QUESTION, clubId }, cursor, z.literal('here')),
  }
}

const REFUSED = expect.objectContaining({ code: 'validation_failed' }) as Error

it('a cursor opens at whoever knows its secret as the one of now or of before', async () => {
  const cursors = { old: (await startWith(OLD)).seal(), new: (await startWith(NEW)).seal() }
  for (const [secret, previous] of [
    [OLD, NEW],
    [NEW, OLD],
  ] as const) {
    const { open } = await startWith(secret, previous)
    expect([open(cursors.old)?.place, open(cursors.new)?.place]).toEqual(['here', 'here'])
    for (const cursor of Object.values(cursors)) expect(() => open(cursor, 'another club')).toThrow(REFUSED)
  }
})

it('a new one is under the secret of now, and no other opens it', async () => {
  const cursor = (await startWith(NEW, OLD)).seal()
  expect((await startWith(NEW)).open(cursor)?.place).toBe('here')
  const { open } = await startWith(OLD)
  expect(() => open(cursor)).toThrow(REFUSED)
})
