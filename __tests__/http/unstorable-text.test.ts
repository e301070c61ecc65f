import { resolveIdentity } from '@/lib/sign-in/identity'
import { signInWithPassword } from '@/lib/sign-in/sign-in'
import { sessionActor } from '@/lib/sign-in/session-actor'
import { useDatabase } from '../support/club'
import { useServer } from '../support/server'
import { forgetAttempts, trySignIn, useSession } from '../support/sign-in'

const database = useDatabase()
const server = useServer(database.url)
beforeEach(forgetAttempts)

const NO_TRACE = { requestId: null, address: null, userAgent: null }
/** Text that Postgres cannot store: a query with it fails, and the caller would get a 500. */
const UNSTORABLE = ['a\u0000b', '\u0000', '\ud800']

describe('text that the database cannot hold', () => {
  it.each(UNSTORABLE.map((text) => [JSON.stringify(text), text]))('%s is nobody’s', async (_, text) => {
    const { member, sid } = await useSession(server())
    const attempt = { email: `${text}@example.test`, password: 'x', address: '192.0.2.1' }
    expect(await signInWithPassword(attempt)).toEqual({ ok: false, reason: 'refused' })
    for (const claims of [{ sub: text }, { sub: 'x', email: `${text}@example.test`, email_verified: true }])
      expect(await resolveIdentity({ issuer: 'https://id.example.test', claims }, NO_TRACE)).toMatchObject({
        ok: false,
      })
    const token = { userId: member.userId, sessionId: sid }
    await expect(sessionActor(token, text, NO_TRACE)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('is no bug of ours, wherever it is sent', async () => {
    const { cookie, home, ask } = await useSession(server())
    expect((await trySignIn(server(), { email: 'a\u0000b@example.test', password: 'x' })).status).toBe(401)
    const club = `/clubs/${home.slug}`
    const pages = [
      '/clubs/%00', '/clubs/a%00b/keys', `${club}/keys/%00`, `${club}/keys?q=%00`, `${club}/keys?q=a%00&cursor=%00&owner=%00&sort=%00`,
      `${club}/audit?action=%00&actorUserId=%00&targetId=%00`, `${club}/members?cursor=%00`, '/sign-in?callbackUrl=%00&error=%00', '/set-password?x=%00',
    ] // prettier-ignore
    for (const path of pages) {
      const { status } = await server().send({ path, headers: [['Cookie', cookie]] })
      expect([path, status < 500]).toEqual([path, true])
    }
    const calls = [
      '/api/v1/api-keys?q=%00', '/api/v1/api-keys?cursor=%00', '/api/v1/api-keys?scope=%00&ownerId=%00', '/api/v1/api-keys/%00', '/api/v1/members/a%00b',
      '/api/v1/audit-events?action=%00&targetType=%00', '/api/v1/practices?cursor=AAAA&status=%00', '/api/v1/members/%00/impact?act=remove', '/api/v1/%00',
    ] // prettier-ignore
    for (const path of calls) {
      const { status } = await ask({ path })
      expect([path, [404, 422].includes(status)]).toEqual([path, true])
    }
    expect(server().output()).not.toContain('unexpected error')
  })
})
