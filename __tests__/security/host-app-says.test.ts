import '@/package/environment'
import { authenticate } from '@/http/authenticate'
import { standIn, type Host } from '@/http/host'
import { requireOwnOrigin } from '@/http/session'

// What an app says of itself in another spelling than the layer's closes no door to its pages, and opens none.

const refuses = async (path: string, told?: string) => {
  const request = new Request(`https://shop.example${path}`)
  if (told !== undefined) Object.assign(request, { nextUrl: { basePath: told } })
  return 'refusal' in (await authenticate(request))
}
const says = (more: Partial<Host>) =>
  standIn({ api: ['/api/v1'], origins: ['https://shop.example'], ...more })

describe('a base path', () => {
  it('that the server does not tell counts as the app says it', async () => {
    says({ basePath: '/shop' })
    expect(await refuses('/shop/api/v1/orders')).toBe(true)
    expect(await refuses('/shop/page')).toBe(false)
  })

  it.each(['/shop/', 'shop', '/shop?', '/'])('%s is none, and is refused at once', (basePath) => {
    expect(() => says({ basePath })).toThrow(/is no path/)
  })

  it.each(['/old', ''])('%s, where the server tells another one: the server knows', async (basePath) => {
    says({ basePath })
    expect(await refuses('/shop/api/v1/orders', '/shop')).toBe(true)
  })
})

it.each(['/problems', 'shop.example/problems', 'https://shop.example/problems#', '#'])(
  '%j is no page that describes problems, and is refused at once',
  (problems) => {
    expect(() => says({ problems })).toThrow(/is no address/)
  },
)

describe('an origin', () => {
  const isOwn = (origins: string[], origin: string) => {
    says({ origins })
    try {
      requireOwnOrigin(new Headers({ origin }))
      return true
    } catch {
      return false
    }
  }

  it.each([
    'https://shop.example/',
    'https://Shop.example',
    'https://shop.example:443',
    'https://shop.example/account',
  ])('written as %s is the one that browsers send', (written) => {
    expect(isOwn([written], 'https://shop.example')).toBe(true)
    expect(isOwn([written], 'https://evil.example')).toBe(false)
  })

  // A variable that the build does not have, a name without its scheme, a page without an origin.
  it.each([undefined as unknown as string, '', 'shop.example', 'file:///shop', 'null'])(
    '%j is nobody’s',
    (written) => {
      for (const origin of ['null', '', 'shop.example', 'file:///shop', 'undefined'])
        expect(isOwn([written], origin)).toBe(false)
    },
  )
})

it('a key is refused with 503 where the environment cannot be used, and nothing is thrown', async () => {
  says({ db: { url: 'mysql://elsewhere' } })
  const headers = { authorization: `Bearer sk_club_${'a'.repeat(49)}` }
  const outcome = await authenticate(new Request('https://shop.example/api/v1/orders', { headers }))
  expect('refusal' in outcome && outcome.refusal.status).toBe(503)
})
