import { randomUUID } from 'node:crypto'
import { encode } from 'next-auth/jwt'
import { useDatabase } from '../support/club'
import { useOtherApp } from '../support/other-app'

const database = useDatabase()

/** The id that a page's own form names its action by. */
const idIn = (html: string) => /\$ACTION_ID_([0-9a-f]{42})/.exec(html)?.[1] ?? ''

describe.each<['start' | 'standalone' | 'dev']>([['start'], ['standalone'], ['dev']])(
  'a server action, in next %s',
  (mode) => {
    const app = useOtherApp(database.url, {}, mode === 'start' ? undefined : mode)

    async function act(id: string, cookie = '', more: [string, string][] = []) {
      const headers: [string, string][] = [
        ['Next-Action', id],
        ['Origin', `http://localhost:${app().port}`],
        ['Content-Type', 'text/plain;charset=UTF-8'],
        ['Cookie', cookie],
        ...more,
      ]
      return (await app().send({ method: 'POST', path: '/acts', headers, body: '["one"]' })).status
    }

    it('runs for somebody with a session of ours; without one, unknown or passed on it never does', async () => {
      const id = idIn((await app().send({ path: '/acts' })).body)
      const token = { sub: randomUUID(), sid: randomUUID() }
      const secret = process.env.NEXTAUTH_SECRET ?? ''
      const cookie = `next-auth.session-token=${await encode({ token, secret })}`
      expect([
        await act(id),
        await act('40'.padEnd(42, '0'), cookie),
        await act(id, cookie, [['X-Action-Forwarded', '1']]),
        await act(id, cookie, [['Origin', 'https://evil.test']]),
      ]).toEqual([401, 404, 403, 403])
      expect(app().output()).not.toContain('greeted')
      expect(await act(id, cookie, [['Host', 'anything.test']])).toBe(200)
      expect(app().output()).toContain('greeted')
    }, 60_000)
  },
)
