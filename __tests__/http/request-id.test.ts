import { takenOver } from '@/http/request-id'
import { readOldHeaders } from '@/lib/old-headers'
import { overrideSettings } from '@/lib/settings'

const TOKEN = 'of-another-system-0123456789'
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
const given = (id: string, headers: Record<string, string>) => takenOver({ 'x-request-id': id, ...headers })

describe('G1: the id of a request is not what it presents as a credential', () => {
  beforeAll(() => overrideSettings({ oldHeaders: readOldHeaders(['X-My-App-Token']) }))
  afterAll(() => overrideSettings({ oldHeaders: readOldHeaders([]) }))

  it.each([
    ['authorization', `Bearer ${TOKEN}`],
    ['authorization', `Bearer\t${TOKEN}`],
    ['authorization', `bearer  \t ${TOKEN}`],
    ['authorization', `Bearer ${TOKEN}==`],
    ['authorization', TOKEN],
    ['authorization', `Token token="${TOKEN}"`],
    ['authorization', `Token token=${TOKEN}, nonce="x"`],
    ['authorization', basic(`0190d9a0-7c1e-7b3a-9d42-3f2b6c9d1e4a:${TOKEN}`)],
    ['authorization', basic(`:${TOKEN.replaceAll('-', '%2D')}`)],
    ['x-api-key', TOKEN],
    ['x-my-app-token', `"${TOKEN}"`],
    ['cookie', `a=b; session=${TOKEN}; c=d`],
    ['cookie', `session=${TOKEN}`],
  ])('%s: %s', (name, value) => {
    for (const id of [TOKEN, `req-${TOKEN}`, `${TOKEN}.1`])
      expect([id, given(id, { [name]: value })]).toEqual([id, null])
  })

  it('nor a short one', () => {
    expect(given('s3cret', { authorization: 'Bearer s3cret' })).toBeNull()
    expect(given('s3cret', { authorization: 'Token token="s3cret"' })).toBeNull()
  })

  it('but may hold by chance what a header has besides', () => {
    for (const id of ['Bearer-1', 'session-7', 'a1b2', '0123456789'])
      expect(given(id, { authorization: `Bearer ${TOKEN}`, cookie: 'session=a1b2c3' })).toBe(id)
  })
})
