import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import type { Attack } from '../attack'
import { enter } from '../callers'
import { checks } from '../checks'
import type { Stage } from '../stage'
import { statusOf } from '../wire'
import { call } from './actions'

// Bodies that two readers understand differently.

async function setup(stage: Stage) {
  const { server } = stage
  const { home, cookie, asks } = await enter(server, 'coach')
  const { id } = home.keys.coach
  /** Everything that takes a body, with a good one. */
  const paths: [method: string, path: string, fields: string][] = [
    ['POST', '/api/v1/api-keys', '"name":"x","scopes":["practices:read"]'],
    ['PATCH', `/api/v1/api-keys/${id}`, '"name":"x"'],
    ['POST', `/api/v1/api-keys/${id}/rotate`, '"graceSeconds":60'],
    ['POST', `/api/v1/api-keys/${id}/revoke`, '"reason":"x"'],
    ['POST', '/api/v1/api-keys/revoke', `"ids":["${id}"],"preview":true`],
    ['POST', '/api/v1/practices', '"title":"x","startsAt":"2027-05-01T10:00:00Z"'],
  ]
  const send = (method: string, path: string, body: string | Buffer, more: [string, string][] = []) =>
    server.send({
      method,
      path,
      body,
      headers: [
        ['Cookie', cookie],
        ['X-Club', home.slug],
        ['Origin', stage.origin],
        ['Content-Type', 'application/json'],
        ...more,
      ],
    })
  return { server, home, cookie, asks, id, paths, send }
}

/** The name that a body's first field has, in other letters of JSON's. */
const escaped = (fields: string) =>
  fields.replace(/^"(.)/, (_, first: string) => `"\\u00${first.charCodeAt(0).toString(16)}`)

export const json: Attack[] = [
  {
    kind: 'json',
    tried: 'a field that is given twice, in every body',
    run: async (stage) => {
      const { must, done } = checks()
      const { paths, send, id } = await setup(stage)
      for (const [method, path, fields] of paths)
        for (const body of [
          `{${fields},${fields}}`,
          `{${fields},${escaped(fields)}}`,
          `{${escaped(fields)},${fields}}`,
          `{"__proto__":{"a":1},${fields}}`,
        ]) {
          const answer = await send(method, path, body)
          must(`${method} ${path} ${body}`, answer.status, 422)
        }
      const nested = [
        ['POST', '/api/v1/api-keys', '{"name":"x","scopes":["practices:read"],"metadata":{"a":1,"a":2}}'],
        ['PATCH', `/api/v1/api-keys/${id}`, '{"rateLimit":{"limit":1,"windowSeconds":60,"limit":100}}'],
        ['POST', '/api/v1/api-keys/revoke', '{"filter":{"q":"x","\\u0071":"y"},"preview":true}'],
        ['POST', '/api/v1/api-keys', '{"name":"x","scopes":["practices:read"],"scopes":["api-keys:write"]}'],
      ] as const
      for (const [method, path, body] of nested)
        must(`${method} ${path} ${body}`, (await send(method, path, body)).status, 422)
      const whole = { name: 'x', scopes: ['practices:read'], constructor: 1 }
      must(
        'a field that every object has',
        (await send('POST', '/api/v1/api-keys', JSON.stringify(whole))).status,
        422,
      )
      return done()
    },
  },
  {
    kind: 'json',
    tried: 'numbers that reading would change, in every place that takes one',
    run: async (stage) => {
      const { must, done } = checks()
      const { send, id } = await setup(stage)
      const NUMBERS = [
        '1e-400',
        '-1e-400',
        '1e400',
        '9007199254740993',
        '0.1000000000000000055',
        '1.00000000000000000001',
        `1${'0'.repeat(400)}`,
      ]
      const places: [string, string, (n: string) => string][] = [
        ['POST', `/api/v1/api-keys/${id}/rotate`, (n) => `{"graceSeconds":${n}}`],
        ['PATCH', `/api/v1/api-keys/${id}`, (n) => `{"rateLimit":{"limit":${n},"windowSeconds":60}}`],
        ['PATCH', `/api/v1/api-keys/${id}`, (n) => `{"metadata":{"a":${n}}}`],
        ['POST', '/api/v1/api-keys/revoke', (n) => `{"ids":["${id}"],"preview":true,"expectedCount":${n}}`],
      ]
      for (const [method, path, body] of places)
        for (const n of NUMBERS) must(`${path} ${n}`, (await send(method, path, body(n))).status, 422)
      return done()
    },
  },
  {
    kind: 'json',
    tried: 'bodies that are compressed, or say that they are',
    run: async (stage) => {
      const { must, done } = checks()
      const { paths, send, server, cookie, home } = await setup(stage)
      const packed: [string, (text: string) => string | Buffer][] = [
        ['gzip', (text) => gzipSync(text)],
        ['br', (text) => brotliCompressSync(text)],
        ['deflate', (text) => deflateSync(text)],
        // These lie.
        ['gzip', (text) => text],
        ['GZIP', (text) => text],
        ['identity, gzip', (text) => text],
        ['x', (text) => text],
      ]
      for (const [method, path, fields] of paths)
        for (const [coding, pack] of packed) {
          const answer = await send(method, path, pack(`{${fields}}`), [['Content-Encoding', coding]])
          must(
            `${method} ${path} ${coding}`,
            [answer.status, answer.json().code],
            [415, 'unsupported_media_type'],
          )
        }
      must(
        'two headers',
        (
          await send('POST', '/api/v1/practices', '{"title":"x","startsAt":"2027-05-01T10:00:00Z"}', [
            ['Content-Encoding', 'identity'],
            ['Content-Encoding', 'gzip'],
          ])
        ).status,
        415,
      )
      must(
        'identity',
        (
          await send('POST', '/api/v1/practices', '{"title":"x","startsAt":"2027-05-01T10:00:00Z"}', [
            ['Content-Encoding', 'identity'],
          ])
        ).status,
        201,
      )
      const form: [string, string][] = [
        ['Content-Type', 'application/x-www-form-urlencoded'],
        ['Content-Encoding', 'gzip'],
      ]
      for (const path of ['/api/auth/callback/password', '/api/auth/signout', '/api/auth/signin/password'])
        must(
          path,
          [405, 415].includes(
            (await server.send({ method: 'POST', path, headers: form, body: 'csrfToken=x' })).status,
          ),
          true,
        )
      const person = { cookie, slug: home.slug }
      for (const [what, request] of [
        ['an open act', call(stage, { headers: [['Content-Encoding', 'gzip']] })],
        [
          'an act of a page',
          call(stage, {
            id: stage.actionId('createKey'),
            page: `/clubs/${home.slug}/keys`,
            person,
            headers: [['Content-Encoding', 'gzip']],
          }),
        ],
      ] as const)
        must(what, await statusOf(server.port, request), 415)
      return done()
    },
  },
  {
    kind: 'json',
    tried: 'bodies that are no JSON, or JSON in another dress',
    run: async (stage) => {
      const { must, done } = checks()
      const { paths, send } = await setup(stage)
      const bodies: [string, string | Buffer, number, [string, string][]?][] = [
        ['UTF-16', Buffer.from('{"name":"x"}', 'utf16le'), 422],
        ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 422],
        ['a comment', '{/**/FIELDS}', 422],
        ['a comma too many', '{FIELDS,}', 422],
        ['single quotes', "{'name':'x'}", 422],
        ['NaN', '{"name":NaN}', 422],
        ['two documents', '{FIELDS}{FIELDS}', 422],
        ['a list of it', '[{FIELDS}]', 422],
        ['null', 'null', 422],
        ['a text', '"x"', 422],
        ['257 levels', `${'['.repeat(257)}${']'.repeat(257)}`, 422],
        ['30,000 levels', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, 422],
        ['a form', 'name=x', 415, [['Content-Type', 'application/x-www-form-urlencoded']]],
        ['plain text', '{FIELDS}', 415, [['Content-Type', 'text/plain']]],
      ]
      for (const [method, path, fields] of paths)
        for (const [what, body, status, headers = []] of bodies) {
          const sent = typeof body === 'string' ? body.replaceAll('FIELDS', fields) : body
          const types = headers.length > 0
          const answer = types
            ? await stage.send({
                method,
                path,
                body: sent,
                headers: [['Authorization', `Bearer ${stage.token}`], ...headers],
              })
            : await send(method, path, sent)
          must(`${method} ${path}: ${what}`, answer.status, status)
        }
      return done()
    },
  },
]
