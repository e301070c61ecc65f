// NEXTAUTH_SECRET is changed while webhooks go on: what was sealed under the old one still signs.

const OLD = 'the-secret-of-before-the-secret-of-before'
const NEW = 'the-secret-from-now-on-the-secret-from-now'
const ENDPOINT = '0190d9a0-7c1e-7b3a-9d42-3f2b6c9d1e4a'

const given = { ...process.env }
afterEach(() => {
  process.env = { ...given }
})

/** What a process of its own with these secrets makes of an endpoint's. */
async function startWith(secret: string, previous = '') {
  process.env = { ...given, NEXTAUTH_SECRET: secret, NEXTAUTH_SECRET_PREVIOUS: previous }
  jest.resetModules()
  await import('@/keys')
  const { openSecret, sealSecret } = await import('@/lib/webhooks/secret')
  return {
    seal: (text: string) => sealSecret(ENDPOINT, text),
    open: (sealed: Uint8Array, id = ENDPOINT) => openSecret(id, sealed),
  }
}

it('a secret opens under the server’s secret, or the one before, for its own endpoint alone', async () => {
  const { seal, open } = await startWith(OLD)
  const sealed = seal('whsec_x')
  expect(open(sealed)).toEqual({ secret: 'whsec_x', outdated: false })
  expect(open(sealed, ENDPOINT.replace('0', '1'))).toBeNull()
  expect(Buffer.from(sealed).toString('latin1')).not.toContain('whsec_x')
  expect(Buffer.from(seal('whsec_x'))).not.toEqual(Buffer.from(sealed))
  for (let n = 0; n < sealed.length; n += 7) {
    const forged = Uint8Array.from(sealed)
    forged[n]! ^= 1
    expect(open(forged)).toBeNull()
  }
  const rotated = await startWith(NEW, OLD)
  expect(rotated.open(sealed)).toEqual({ secret: 'whsec_x', outdated: true })
  expect((await startWith(NEW)).open(sealed)).toBeNull()
  expect(rotated.open(new Uint8Array())).toBeNull()
})
