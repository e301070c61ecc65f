import { randomBytes } from 'node:crypto'
import { checksum } from '@/lib/auth/token'
import { db } from '@/lib/db/client'
import { makeKey } from '../../__tests__/support/club'
import type { RawResponse } from '../../__tests__/support/raw-http'
import { only, tally, type Attack } from '../attack'
import { enter, withKey } from '../callers'
import { checks } from '../checks'
import type { Stage } from '../stage'

// Anybody may report a leak: so anybody tries to make a weapon of it.

const PATH = '/api/v1/leaks'

/** One that no key has, and that has to be looked up. */
function unknownToken(): string {
  const body = `sk_club_${randomBytes(22).toString('hex').slice(1)}`
  return body + checksum(body)
}

const report = ({ server }: Pick<Stage, 'server'>, from: string, body: unknown): Promise<RawResponse> =>
  server.send({
    method: 'POST',
    path: PATH,
    headers: [
      ['Content-Type', 'application/json'],
      ['X-Forwarded-For', from],
    ],
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

export const leaks: Attack[] = [
  {
    kind: 'leaks',
    tried: 'all that is known of a key but its token, to end it',
    run: async (stage) => {
      const { must, done } = checks()
      const { home, asks } = await enter(stage.server)
      const key = await makeKey(home.coach)
      const { id, start, last4 } = (await asks('GET', `api-keys/${key.id}`)).json() as Record<string, string>
      const [body, end] = [key.token.slice(0, -6), key.token.slice(-6)]
      const guesses = [id, start, last4, `${start}${last4}`, body, `${body}000000`, key.token.toLowerCase(), `${key.token} `, `Bearer ${key.token}`, key.token.replace('sk_', 'SK_'), end] // prettier-ignore
      for (const [n, token] of guesses.entries()) {
        const { status } = await report(stage, `192.0.2.${n + 1}`, { token })
        must(`${n}: the answer`, status, 202)
      }
      must('it works', (await withKey(stage.server, key.token)('GET', 'whoami')).status, 200)
      must('nothing is on record', await db().auditEvent.count({ where: { action: 'api-key.leaked', targetId: key.id } }), 0) // prettier-ignore
      return done(`${guesses.length} guesses`)
    },
  },
  {
    kind: 'leaks',
    tried: 'a flood of reports from 300 networks: the owner calls and ends a key meanwhile',
    run: async (stage) => {
      const { must, done } = checks()
      const { home, asks } = await enter(stage.server)
      const [key, other] = [await makeKey(home.coach), await makeKey(home.coach)]
      const call = withKey(stage.server, other.token)
      await call('GET', 'whoami')
      const tokens = Array.from({ length: 100 }, unknownToken)
      const flood = Promise.all(
        Array.from({ length: 300 }, (_, n) =>
          report(stage, `198.18.${n % 250}.${n % 7}`, { tokens }).then(
            ({ status }) => status,
            () => 'cut',
          ),
        ),
      )
      const began = performance.now()
      must('the call', (await call('GET', 'whoami')).status, 200)
      must('the revocation', (await asks('POST', `api-keys/${key.id}/revoke`, {})).status, 200)
      const ms = Math.round(performance.now() - began)
      must(`both in time: ${ms} ms`, ms < 3_000, true)
      const statuses = await flood
      must(`answered: ${tally(statuses)}`, only(statuses, 202, 429, 503, 'cut'), true)
      must('alive', await stage.isAlive(), true)
      return done(`${ms} ms beside ${tally(statuses)}`)
    },
  },
  {
    kind: 'leaks',
    tried: 'texts around a token that lead, hide, grow or break something',
    run: async (stage) => {
      const { must, done } = checks()
      const { home, asks, cookie } = await enter(stage.server)
      const texts = ['javascript:alert(1)', '<img src=x onerror=alert(1)>', '\u202ecod.exe', '\u0000', '\ud800', '%00%1b[2J', 'e'.repeat(2_000), '=HYPERLINK("http://x")', '[x](http://x)'] // prettier-ignore
      for (const [n, text] of texts.entries()) {
        const key = await makeKey(home.coach)
        const said = `${text} ${key.token}`.slice(-2_000)
        const answer = await report(stage, `192.0.2.${100 + n}`, {
          token: key.token,
          url: said,
          source: text.slice(0, 100),
        })
        must(`${n}: the answer`, answer.status, 202)
        const shown = (await asks('GET', `api-keys/${key.id}`)).body
        must(`${n}: no token`, shown.includes(key.token.slice(8, 40)), false)
        const page = await stage.server.send({
          path: `/clubs/${home.slug}/keys/${key.id}`,
          headers: [['Cookie', cookie]],
        })
        must(`${n}: the page`, page.status, 200)
        must(`${n}: no link of it`, /href="(?:javascript|http:\/\/x)/.test(page.body), false)
      }
      return done()
    },
  },
]
