import { randomUUID } from 'node:crypto'
import { makeKey, twoClubs, useDatabase, type TestKey } from '../support/club'
import { ask, type Caller } from '../support/in-process'

// How a service asks: its form, and its key as Basic.

process.env.RATE_LIMIT_FAILURES_PER_ADDRESS = '15'
useDatabase()

type Fields = Record<string, string>
const introspect = (caller: Caller, fields: Fields, more?: Record<string, string>) =>
  ask(caller, 'POST', 'introspect', new URLSearchParams(fields), more)
const INACTIVE = { status: 200, text: '{"active":false}' }

let home: Awaited<ReturnType<typeof twoClubs>>['home']
let service: TestKey
let client: TestKey
beforeAll(async () => {
  ;({ home } = await twoClubs())
  service = await makeKey(home.admin, { scopes: ['tokens:introspect'] })
  client = home.keys.coach
})

describe('G12: the form', () => {
  /** Sent as it stands. */
  async function sentForm(caller: Caller, text: string) {
    const answer = await ask(caller, 'POST', 'introspect', Buffer.from(text), {
      'content-type': 'application/x-www-form-urlencoded',
    })
    return { status: answer.status, text: await answer.text() }
  }

  it('is a form alone', async () => {
    const json = await ask(service, 'POST', 'introspect', { token: client.token })
    const text = await json.text()
    expect([json.status, JSON.parse(text)]).toMatchObject([415, { code: 'unsupported_media_type' }])
    expect(text).not.toContain(client.token)
    for (const type of [
      'text/plain',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded2',
    ])
      expect((await introspect(service, { token: client.token }, { 'content-type': type })).status).toBe(415)
    const typed = { 'content-type': 'Application/X-WWW-Form-urlencoded; charset=UTF-8' }
    expect((await introspect(service, { token: client.token }, typed)).status).toBe(200)
  })

  it.each([
    ['', 'token'],
    ['token=', 'token'],
    ['scope=x', 'token'],
    ['token=x&token=x', 'token'],
    ['token=x&scope=a&scope=b', 'scope'],
    ['token=x&client_address=', null],
    ['token=x&&', null],
    ['token=x&token_type_hint=access_token', null],
    // A mistyped field would ask another question than was meant, and could be answered with a yes.
    ['token=x&scopes=practices%3Awrite', 'scopes'],
    ['token=x&client_adress=1.2.3.4', 'client_adress'],
    ['token=x&__proto__=y', '__proto__'],
    ['token=%ff', 'token'],
    ['token=x&%ff=1', '\ufffd'],
  ])('%s', async (text, field) => {
    const answer = await sentForm(service, text)
    if (field === null) return expect(answer).toEqual(INACTIVE)
    expect(answer.status).toBe(422)
    const { errors } = JSON.parse(answer.text) as { errors: { path: string }[] }
    expect(errors.map(({ path }) => path)).toEqual([field])
  })

  it('G1: holds a token in its one field alone, and no answer repeats one', async () => {
    for (const fields of [
      { token: 'x', scope: client.token },
      { token: 'x', client_address: client.token },
      { token: 'x', token_type_hint: `a ${client.token}` },
      { token: 'x', [client.token]: '' },
    ]) {
      const answer = await introspect(service, fields)
      expect(answer.status).toBe(422)
      expect(await answer.text()).not.toContain(client.token)
    }
  })
})

describe('Basic', () => {
  const basic = (id: string, token: string) => `Basic ${Buffer.from(`${id}:${token}`).toString('base64')}`
  const asking = (authorization: string, token: string) =>
    introspect({ token: 'replaced' }, { token }, { authorization })

  it('presents the id of a key and its token, percent-encoded or not', async () => {
    for (const credential of [
      basic(service.id, service.token),
      basic(service.id.toUpperCase(), service.token),
      basic(encodeURIComponent(service.id), service.token.replaceAll('_', '%5F')),
      basic(service.id, service.token).replace('Basic', 'bASIC'),
    ])
      expect(await (await asking(credential, client.token)).json()).toMatchObject({ client_id: client.id })
    const own = await asking(basic(client.id, client.token), client.token)
    expect(await own.json()).toMatchObject({ active: true })
  })

  it('is refused with another id, a bad token, or none, and the answer names both schemes', async () => {
    for (const credential of [
      basic(client.id, service.token),
      basic(randomUUID(), service.token),
      basic('', service.token),
      basic(home.clubId, service.token),
      basic(service.id, 'an-unknown-one'),
    ]) {
      const answer = await asking(credential, client.token)
      expect(await answer.json()).toMatchObject({ status: 401, code: 'invalid_token' })
      expect(answer.headers.get('www-authenticate')).toBe(
        'Bearer realm="api", error="invalid_token", Basic realm="api"',
      )
    }
    const bearer = await introspect({ token: 'an-unknown-one' }, { token: 'x' })
    expect(bearer.headers.get('www-authenticate')).toBe('Bearer realm="api", error="invalid_token"')
  })

  it.each([
    'Basic',
    'Basic ',
    'Basic !',
    'Basic YQ',
    'Basic YTpi=',
    'Basic /w==',
    basic('x', ''),
    basic('%', 'x'),
    basic('x', 'a b'),
    basic('x', '%zz'),
  ])(
    // prettier-ignore
    'is a 400 where it is not written so: %s',
    async (credential) => {
      const answer = await asking(credential, 'x')
      expect(await answer.json()).toMatchObject({ status: 400, code: 'invalid_request' })
    },
  )

  it('is no credential anywhere else, and none beside X-API-Key', async () => {
    const good = basic(service.id, service.token)
    for (const [method, target] of [['GET', 'whoami'], ['POST', 'whoami/revoke'], ['GET', 'introspect/x']] as const) // prettier-ignore
      expect([target, (await ask({ token: '' }, method, target, undefined, { authorization: good })).status]).toEqual([target, 401]) // prettier-ignore
    const beside = (authorization: string) =>
      introspect(
        { token: '' },
        { token: home.keys.athlete.token },
        { authorization, 'x-api-key': client.token },
      )
    expect((await beside(good)).status).toBe(403)
    expect((await beside(basic(client.id, 'an-unknown-one'))).status).toBe(403)
    expect((await introspect({ token: '' }, { token: 'x' }, { authorization: good, 'x-club': home.slug })).status).toBe(400) // prettier-ignore
  })
})
