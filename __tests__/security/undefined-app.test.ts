import { definition, setDefinition, type Definition } from '@/contracts/definition'
import { authenticate } from '@/http/authenticate'
import { standIn } from '@/http/host'

// A door that nobody has told where callers are needed knows no path that is safe to let through: the file that
// says it was not imported, or is loaded by a handler that a request reaches first.

const undefine = () => setDefinition(undefined as unknown as Definition)
const statusOf = async (path: string, headers: Record<string, string> = {}) => {
  const outcome = await authenticate(new Request(`https://shop.example${path}`, { headers }))
  return 'refusal' in outcome ? outcome.refusal.status : 'let in'
}

const before = definition()
beforeEach(() => {
  delete (globalThis as { clubkeysHost?: unknown }).clubkeysHost
  undefine()
})
afterAll(() => setDefinition(before))

it.each(['/', '/v1/orders', '/api/v1/orders', '/api/auth/session', '/api/health/live'])(
  'before anything is defined, %s is let in by nobody',
  async (path) => {
    expect(await statusOf(path)).toBe(503)
    expect(await statusOf(path, { authorization: 'Bearer sk_club_unknown' })).toBe(503)
    expect(await statusOf(path, { cookie: 'a=b' })).toBe(503)
  },
)

it('once the app has said where callers are needed, the rest is let in', async () => {
  standIn({ api: ['/v1'], origins: [] })
  expect(await statusOf('/v1/orders')).toBe(401)
  expect(await statusOf('/page')).toBe('let in')
})

it('where it has said only what there is, the layer stands under /api', async () => {
  setDefinition(before)
  expect(await statusOf('/api/v1/orders')).toBe(401)
  expect(await statusOf('/page')).toBe('let in')
})
