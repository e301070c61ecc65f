import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Client } from 'pg'
import { db } from '@/lib/db/client'
import { useDatabase } from '../support/club'
import { useServer } from '../support/server'
import { forgetAttempts, membershipOf, signIn, useSession } from '../support/sign-in'

const database = useDatabase()
const server = useServer(database.url, { env: { RATE_LIMIT_CHANGES_PER_USER: '3' } })
beforeEach(forgetAttempts)

const BOUNDARY = 'boundary'
const MANIFEST = path.resolve(__dirname, '../../.next/server/server-reference-manifest.json')
type Part = [name: string, text: string]

/** The id that the build gave an action. */
function idOf(name: string): string {
  const { node } = JSON.parse(readFileSync(MANIFEST, 'utf8')) as {
    node: Record<string, { exportedName: string }>
  }
  return Object.entries(node).find(([, { exportedName }]) => exportedName === name)![0]
}

/** Calls an action with arguments in React's own format, as no page would write them. */
function act(name: string, page: string, parts: Part[], cookie = '', more: [string, string][] = []) {
  const fields = parts.map(
    ([name, text]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`,
  )
  const headers: [string, string][] = [
    ['Next-Action', idOf(name)],
    ['Host', `localhost:${server().port}`],
    ['Origin', `http://localhost:${server().port}`],
    ['Content-Type', `multipart/form-data; boundary=${BOUNDARY}`],
    ['Cookie', cookie],
    ...more,
  ]
  return server().send({ method: 'POST', path: page, headers, body: `${fields.join('')}--${BOUNDARY}--\r\n` })
}

describe('a server action', () => {
  it.each<[string, Part[]]>([
    [
      'a part that names itself',
      [
        ['1', '["$1"]'],
        ['0', '["$1"]'],
      ],
    ],
    ['arguments that name themselves', [['0', '["$0"]']]],
    [
      'a part that is named twice',
      [
        ['1', '{"a":1}'],
        ['2', '{"a":"$1","b":"$1"}'],
        ['0', '["$2"]'],
      ],
    ],
  ])('refuses %s at once, to anyone', async (_, parts) => {
    const answer = await act('peek', '/set-password', parts)
    expect(answer.body).toContain('"code":"validation_failed"')
    expect((await server().send({ path: '/api/health/live' })).status).toBe(200)
  })

  it('reads no more than 64 KiB', async () => {
    const answer = await act('peek', '/set-password', [['0', `["${'x'.repeat(70_000)}"]`]])
    expect(answer.status).toBeGreaterThanOrEqual(400)
  })

  it.each(['gzip', 'GZIP', 'br', 'identity, gzip', 'x', ''])(
    'refuses a Content-Encoding, lying or not: %j',
    async (coding) => {
      const { status } = await act('peek', '/set-password', [['0', '["x"]']], '', [
        ['Content-Encoding', coding],
      ])
      expect(status).toBe(415)
    },
  )

  it('takes a body whose Content-Encoding says that there is none', async () => {
    const { status } = await act('peek', '/set-password', [['0', '["x"]']], '', [
      ['Content-Encoding', 'identity'],
    ])
    expect(status).toBe(200)
  })

  it('takes a name for the club, and no filter that would find one', async () => {
    const { cookie, home } = await useSession(server())
    const before = await db().apiKey.count()
    for (const slug of [
      { contains: '' },
      { not: 'x' },
      '$undefined',
      null,
      [home.slug],
      'a\u0000b',
      '\ud800',
    ]) {
      const key = { name: 'made', scopes: ['practices:read'], expiresAt: null }
      const answer = await act(
        'createKey',
        `/clubs/${home.slug}/keys`,
        [['0', JSON.stringify([slug, key])]],
        cookie,
      )
      expect(answer.body).toContain('"code":"not_found"')
    }
    expect(await db().apiKey.count()).toBe(before)
  })

  it('G10: counts as a change what changes keys or members, and nothing that only asks', async () => {
    const { cookie, home, member } = await useSession(server())
    const { id } = await membershipOf(member)
    const codes = async (name: string, page: string, input: object, times: number) => {
      const answers: (string | undefined)[] = []
      for (let i = 0; i < times; i++) {
        const { body } = await act(
          name,
          `/clubs/${home.slug}/${page}`,
          [['0', JSON.stringify([home.slug, input])]],
          cookie,
        )
        answers.push(/"ok":true/.test(body) ? 'ok' : /"code":"(\w+)"/.exec(body)?.[1])
      }
      return answers
    }
    expect(await codes('impact', 'members', { id, act: 'remove' }, 5)).toEqual(Array(5).fill('ok'))
    const key = { name: 'made', scopes: ['practices:read'], expiresAt: { days: 1 } }
    expect(await codes('createKey', 'keys', key, 5)).toEqual([
      'ok',
      'ok',
      'ok',
      'rate_limited',
      'rate_limited',
    ])
  })

  it('G13: as many at once as one sign-in may, even one that has ended, keep no other of theirs from acting', async () => {
    const { cookie: stolen, sid, home, member } = await useSession(server())
    const own = await signIn(server(), member)
    await db().loginSession.update({ where: { id: sid }, data: { revokedAt: new Date() } })
    const input = { id: (await membershipOf(member)).id, act: 'remove' }
    const ask = (cookie: string) =>
      act('impact', `/clubs/${home.slug}/members`, [['0', JSON.stringify([home.slug, input])]], cookie)
    const holder = new Client(database.directUrl())
    await holder.connect()
    try {
      // Whatever asks for a member waits, and is under way meanwhile.
      await holder.query('BEGIN; LOCK TABLE "Membership" IN ACCESS EXCLUSIVE MODE')
      const flood = Array.from({ length: 12 }, () => ask(stolen))
      await Promise.any(
        flood.map(async (answer) => {
          if ((await answer).status !== 503) throw new Error('let in')
        }),
      )
      expect((await ask(own)).status).toBe(200)
      await Promise.all(flood)
    } finally {
      await holder.end()
    }
  })
})
