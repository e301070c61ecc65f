import type { Attack } from '../attack'
import { act, enter, withKey } from '../callers'
import { checks } from '../checks'

// A key's `start` is shown to everybody and searched for; the whole token belongs in no address and no text.

export const searches: Attack[] = [
  {
    kind: 'search',
    tried: 'a key by its start and its end, by every way to search',
    run: async (stage) => {
      const { must, done } = checks()
      const { server } = stage
      const { home, asks, cookie } = await enter(server)
      const { id, start, last4 } = (await asks('GET', `api-keys/${home.keys.admin.id}`)).json() as Record<
        string,
        string
      >
      const byKey = withKey(server, home.keys.admin.token)
      for (const [what, caller] of [
        ['a session', asks],
        ['a key', byKey],
      ] as const)
        for (const q of [start, last4, start?.slice(0, -1)]) {
          const found = await caller('GET', `api-keys?limit=100&q=${encodeURIComponent(q ?? '')}`)
          must(`${what} looks for ${q}`, found.status, 200)
          const ids = (found.json().data as { id: string }[]).map((one) => one.id)
          must(`${what} finds it by ${q}`, ids.includes(id ?? ''), true)
        }
      const preview = await asks('POST', 'api-keys/revoke', { filter: { q: start }, preview: true })
      must('a filter of keys to revoke', [preview.status, preview.json().count], [200, 1])
      const page = await server.send({
        path: `/clubs/${home.slug}/keys?q=${start}`,
        headers: [['Cookie', cookie]],
      })
      must('the page', [page.status, page.body.includes(id ?? '')], [200, true])
      return done()
    },
  },
  {
    kind: 'search',
    tried: 'a whole token in addresses, names, bodies and acts',
    run: async (stage) => {
      const { must, done } = checks()
      const { server, app } = stage
      const { home, asks, cookie } = await enter(server)
      const { token } = home.keys.coach
      const before = app.output().length
      const byKey = withKey(server, home.keys.admin.token)
      const spelled = [token, `x${token}x`, token.replace('k', '%6B'), token.replaceAll('_', '%5F')]
      const answers: [string, { status: number; body: string }][] = []
      for (const text of spelled) {
        for (const query of [
          `q=${text}`,
          `cursor=${text}`,
          `nothing=${text}`,
          `${text}=1`,
          `q=x&q=${text}`,
          `access_token=${text}`,
        ]) {
          const answer = await byKey('GET', `api-keys?${query}`)
          must(
            `a key sends ?${query.replace(text, 'TOKEN')}`,
            [answer.status, answer.json().code],
            [400, 'invalid_request'],
          )
          answers.push([query, answer])
          const bySession = await asks('GET', `api-keys?${query}`)
          must(
            `a session sends ?${query.replace(text, 'TOKEN')}`,
            [bySession.status, bySession.json().code],
            [400, 'invalid_request'],
          )
          answers.push([query, bySession])
        }
        for (const path of [`api-keys/${text}`, `api-keys/${text}/revoke`, text]) {
          const answer = await asks('GET', path)
          must(path.replace(text, 'TOKEN'), [400, 404, 405].includes(answer.status), true)
          answers.push([path, answer])
        }
        const page = await server.send({
          path: `/clubs/${home.slug}/keys?q=${text}`,
          headers: [['Cookie', cookie]],
        })
        must('the page of keys', page.status < 500, true)
      }
      for (const [where, body] of [
        ['a name', { name: token, scopes: ['practices:read'] }],
        ['metadata', { name: 'x', scopes: ['practices:read'], metadata: { a: `see ${token}` } }],
        ['the name of metadata', { name: 'x', scopes: ['practices:read'], metadata: { [token]: 1 } }],
        ['a field', { name: 'x', scopes: ['practices:read'], [token]: 1 }],
      ] as const) {
        const answer = await asks('POST', 'api-keys', body)
        must(where, answer.status, 422)
        answers.push([where, answer])
      }
      const { said, answer } = await act(stage, server, {
        name: 'createKey',
        page: `/clubs/${home.slug}/keys`,
        cookie,
        args: [home.slug, { name: token, scopes: ['practices:read'], expiresAt: { days: 1 } }],
      })
      must('an act', said, 'validation_failed')
      answers.push(['an act', answer])
      for (const [what, { body }] of answers)
        must(`${what.replaceAll(token, 'TOKEN')}: the answer holds it`, body.includes(token), false)
      must('the log holds it', app.output().slice(before).includes(token), false)
      must('it still works', (await withKey(server, token)('GET', 'whoami')).status, 200)
      return done()
    },
  },
]
