import { only, tally, type Attack } from '../attack'
import type { Person, Stage } from '../stage'
import { statusOf } from '../wire'
import type { RawRequest } from '../../__tests__/support/raw-http'

type Call = {
  page?: string
  id?: string
  person?: Person
  origin?: string | null
  headers?: [string, string][]
  body?: string
  type?: string
}

/** An action called as a page would call it, except for the given differences. */
export function call({ actionId, origin: own }: Stage, given: Call): RawRequest {
  const { page = '/set-password', id = actionId('peek'), person, origin = own } = given
  const { headers = [], body = '["no such link"]', type = 'text/plain;charset=UTF-8' } = given
  return {
    method: 'POST',
    path: page,
    headers: [
      ['Next-Action', id],
      ['Host', own.slice('http://'.length)],
      ['Content-Type', type],
      ...(origin === null ? [] : [['Origin', origin] as const]),
      ...(person ? [['Cookie', person.cookie] as const] : []),
      ...headers,
    ],
    body,
  }
}

const FORM = 'multipart/form-data; boundary=b'
const form = (parts: [name: string, text: string][]): string =>
  `${parts.map(([name, text]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`).join('')}--b--\r\n`

/** Parts that each refer to the one before many times, in 59 KB. */
function nested(): string {
  const parts: [string, string][] = [['1', '[1]']]
  for (let i = 2; i <= 400; i++)
    parts.push([
      i.toString(16),
      `[${Array(12)
        .fill(`"$${(i - 1).toString(16)}"`)
        .join()}]`,
    ])
  const outer: [string, string] = ['0', '["$190"]']
  while (form([...parts, outer]).length > 59_000) parts.pop()
  outer[1] = `["$${parts.length.toString(16)}"]`
  return form([...parts, outer])
}

const flood = (stage: Stage, times: number, request: RawRequest) =>
  Promise.all(Array.from({ length: times }, () => statusOf(stage.app.port, request)))

export const actions: Attack[] = [
  {
    kind: 'action',
    tried: 'nested references of 59 KB, 140 at once, signed out',
    run: async (stage) => {
      const request = call(stage, { type: FORM, body: nested() })
      const { mib, result } = await stage.growth(() => flood(stage, 140, request))
      const alive = await stage.isAlive()
      return {
        seen: `${tally(result)}; ${mib} MiB more at most; ${alive ? 'alive' : 'dead'}`,
        ok: only(result, 413) && mib < 128 && alive,
      }
    },
  },
  {
    kind: 'action',
    tried: 'the same by somebody who is signed in',
    run: async (stage) => {
      const { person } = stage
      const request = call(stage, {
        id: stage.actionId('impact'),
        page: `/clubs/${person.slug}/members`,
        person,
        type: FORM,
        body: nested(),
      })
      const { mib, result } = await stage.growth(() => flood(stage, 140, request))
      const alive = await stage.isAlive()
      return {
        seen: `${tally(result)}; ${mib} MiB more at most; ${alive ? 'alive' : 'dead'}`,
        ok: only(result, 422) && mib < 128 && alive,
      }
    },
  },
  {
    kind: 'action',
    tried: '300 at once that anyone may call',
    run: async (stage) => {
      const statuses = await flood(stage, 300, call(stage, {}))
      return {
        seen: tally(statuses),
        ok: only(statuses, 200, 503, 'cut off') && statuses.includes(200) && (await stage.isAlive()),
      }
    },
  },
  {
    kind: 'action',
    tried: '100 at once of one person, while another one acts',
    run: async (stage) => {
      const impact = (person: Person) =>
        call(stage, {
          id: stage.actionId('impact'),
          page: `/clubs/${person.slug}/members`,
          person,
          body: JSON.stringify([person.slug, { id: '00000000-0000-4000-8000-000000000000', act: 'remove' }]),
        })
      const flooding = flood(stage, 100, impact(stage.person))
      const others: (number | string)[] = []
      for (let i = 0; i < 5; i++) others.push(await statusOf(stage.app.port, impact(stage.other)))
      const own = await flooding
      return {
        seen: `theirs ${tally(own)}; the other's ${tally(others)}`,
        ok: only(own, 200, 503, 'cut off') && only(others, 200),
      }
    },
  },
  ...(
    [
      ['no Origin', 403, { origin: null }],
      ['a foreign Origin', 403, { origin: 'https://evil.test' }],
      ['the Origin null', 403, { origin: 'null' }],
      ['an Origin that is none', 403, { origin: 'evil' }],
      ['an empty Origin', 403, { origin: '' }],
      ['an id that no build has', 404, { id: '40'.padEnd(42, '0') }],
      ['an id of the prototype’s', 404, { id: '__proto__' }],
      ['an id of 5,000 characters', 404, { id: 'a'.repeat(5_000) }],
      ['arguments that name themselves', 422, { body: '["$0"]' }],
      ['arguments that are no JSON', 422, { body: '["' }],
      ['arguments that are no list', 422, { body: '{}' }],
      ['1,500 arguments', 422, { body: JSON.stringify(Array(1_500).fill(1)) }],
      ['a form that is none', 422, { type: FORM, body: 'x' }],
      ['5 KB, signed out', 413, { body: JSON.stringify(['x'.repeat(5_000)]) }],
      [
        '5 KB in chunks, signed out',
        413,
        { headers: [['Transfer-Encoding', 'chunked']], body: `1400\r\n${'x'.repeat(5_120)}\r\n0\r\n\r\n` },
      ],
      ['one that was forwarded', 403, { headers: [['X-Action-Forwarded', '1']] }],
    ] as [string, number, Call][]
  ).map(([what, status, given]): Attack => ({
    kind: 'action',
    tried: what,
    run: async (stage) => {
      const seen = await statusOf(stage.app.port, call(stage, given))
      return { seen: String(seen), ok: seen === status }
    },
  })),
  {
    kind: 'action',
    tried: 'an admin’s act without a session, and with cookies that are none of ours',
    run: async (stage) => {
      const id = stage.actionId('createKey')
      const cookies = [
        '',
        'x',
        'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..x.y.z',
        stage.person.cookie.slice(0, -3).replace(/^[^=]*=/, ''),
      ]
      const statuses: (number | string)[] = []
      for (const cookie of cookies) {
        const person = { slug: stage.person.slug, cookie: `next-auth.session-token=${cookie}` }
        const request = call(stage, {
          id,
          page: `/clubs/${person.slug}/keys`,
          ...(cookie !== '' && { person }),
        })
        statuses.push(await statusOf(stage.app.port, request))
      }
      return { seen: tally(statuses), ok: only(statuses, 401) }
    },
  },
  {
    kind: 'action',
    tried: 'the forms of pages without scripts, which no page of ours has',
    run: async (stage) => {
      const id = stage.actionId('peek')
      const forms = [
        [[`$ACTION_ID_${id}`, '']],
        [
          ['$ACTION_REF_1', ''],
          ['$ACTION_1:0', JSON.stringify({ id, bound: '$@1' })],
          ['$ACTION_1:1', '["x"]'],
        ],
      ] as [string, string][][]
      const statuses = await Promise.all(
        forms.flatMap((parts) =>
          ['/set-password', '/sign-in', '/none'].map((path) =>
            statusOf(stage.app.port, {
              method: 'POST',
              path,
              headers: [
                ['Origin', stage.origin],
                ['Content-Type', FORM],
              ],
              body: form(parts),
            }),
          ),
        ),
      )
      return { seen: tally(statuses), ok: only(statuses, 405) }
    },
  },
  {
    kind: 'action',
    tried: 'twelve guesses at a password through a page that does not own the act, from twelve addresses',
    run: async (stage) => {
      const statuses: (number | string)[] = []
      for (let i = 0; i < 12; i++)
        statuses.push(
          await statusOf(
            stage.app.port,
            call(stage, {
              id: stage.actionId('replacePassword'),
              page: `/clubs/${stage.person.slug}/keys`,
              person: stage.person,
              body: JSON.stringify([{ current: `guess ${i}`, next: 'other words that nobody knows' }]),
              headers: [['X-Forwarded-For', `198.51.100.${i}`]],
            }),
          ),
        )
      return { seen: tally(statuses), ok: only(statuses, 409) }
    },
  },
]
