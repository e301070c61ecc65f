import { EnvError, loadEnv } from '@/lib/env'

const SECRET = 'x'.repeat(32)
const load = (given: Record<string, string>) => loadEnv(given as NodeJS.ProcessEnv)

describe('loadEnv', () => {
  it('needs nothing without DATABASE_URL, and fills in the defaults', () => {
    expect(load({})).toMatchObject({
      PORT: 3000,
      API_KEY_BRAND: 'club',
      API_KEY_CACHE_SIZE: 100_000,
      TRUSTED_PROXIES: [],
      LOG_LEVEL: 'info',
    })
  })

  it('takes seconds for KEEP_ALIVE_TIMEOUT, and milliseconds where it can be nothing else', () => {
    expect(load({})).toMatchObject({ KEEP_ALIVE_TIMEOUT: 75_000 })
    expect(load({ KEEP_ALIVE_TIMEOUT: '65' })).toMatchObject({ KEEP_ALIVE_TIMEOUT: 65_000 })
    expect(load({ KEEP_ALIVE_TIMEOUT: '65000' })).toMatchObject({ KEEP_ALIVE_TIMEOUT: 65_000 })
  })

  it('counts an empty value as absent, as .env files leave it', () => {
    expect(load({ PORT: '', API_KEY_BRAND: '' })).toMatchObject({ PORT: 3000, API_KEY_BRAND: 'club' })
  })

  it('needs NEXTAUTH_SECRET with DATABASE_URL', () => {
    expect(() => load({ DATABASE_URL: 'postgresql://localhost/x' })).toThrow(/^NEXTAUTH_SECRET: /)
    expect(load({ DATABASE_URL: 'postgresql://localhost/x', NEXTAUTH_SECRET: SECRET })).toMatchObject({
      NEXTAUTH_SECRET: SECRET,
    })
  })

  it('is reached on its port, unless it says where', () => {
    expect(load({ PORT: '4101' })).toMatchObject({ NEXTAUTH_URL: 'http://localhost:4101' })
    const url = 'https://keys.example.org'
    expect(load({ PORT: '4101', NEXTAUTH_URL: url })).toMatchObject({ NEXTAUTH_URL: url })
  })

  it('takes a second secret beside the first, not instead of it', () => {
    expect(() => load({ NEXTAUTH_SECRET_PREVIOUS: SECRET })).toThrow(/^NEXTAUTH_SECRET_PREVIOUS: /)
    expect(load({ NEXTAUTH_SECRET: SECRET, NEXTAUTH_SECRET_PREVIOUS: `${SECRET}2` })).toMatchObject({
      NEXTAUTH_SECRET_PREVIOUS: `${SECRET}2`,
    })
  })

  it.each([
    ['DATABASE_URL', 'mysql://localhost/x'],
    ['DATABASE_POOL_SIZE', '0'],
    ['DATABASE_TIMEOUT_MS', '99'],
    ['NEXTAUTH_URL', 'not a url'],
    ['NEXTAUTH_URL', 'ftp://example.org'],
    ['NEXTAUTH_SECRET', 'too short'],
    ['NEXTAUTH_SECRET_PREVIOUS', 'too short'],
    ['PORT', '70000'],
    ['PORT', 'eighty'],
    ['HOST', 'http://localhost'],
    ['HOST', 'localhost:3000'],
    ['HOST', '[::1]'],
    ['FORWARDED_HEADER', 'x-real-ip'],
    ['KEEP_ALIVE_TIMEOUT', '0'],
    ['KEEP_ALIVE_TIMEOUT', '700'],
    ['REDIS_CA_FILE', '/no/such/file'],
    ['REDIS_URL', 'redis+sentinel://:secret@host:26379'],
    ['API_KEY_BRAND', 'Club'],
    ['API_KEY_BRAND', 'a_b'],
    ['API_KEY_CACHE_SIZE', '-1'],
    ['WEBHOOK_ALLOW_NETWORKS', '10.0.0.1'],
    ['TRUSTED_PROXIES', '203.0.113.7'],
    ['TRUSTED_PROXIES', '203.0.113.7/33'],
    ['TRUSTED_PROXIES', '::1/129'],
    ['TRUSTED_PROXIES', 'proxy.example.org/8'],
    ['LOG_LEVEL', 'loud'],
    ['LAME_DUCK_SECONDS', '301'],
    ['SMTP_URL', 'nowhere.test:25/x'],
    ['OIDC_NAME', 'x'.repeat(41)],
    ['RATE_LIMIT_PER_KEY', '0'],
    ['METRICS_TOKEN', 'short'],
    ['REDIS_URL', 'https://localhost'],
    // Passwords that somebody forgot to percent-encode.
    ['REDIS_URL', 'redis://:pass/word@localhost'],
    ['REDIS_URL', 'redis://:pass#word@localhost'],
    ['REDIS_URL', 'redis://:100%word@localhost'],
  ])('names %s when it is %j, and never repeats the value', (name, value) => {
    const attempt = () => load({ NEXTAUTH_SECRET: SECRET, [name]: value })
    expect(attempt).toThrow(EnvError)
    expect(attempt).toThrow(new RegExp(`^${name}: `))
    try {
      attempt()
    } catch (error) {
      const { message } = error as Error
      if (value.length > 3) expect(message).not.toContain(value)
      // As the library says it, it describes the library.
      expect(message).not.toMatch(/invalid|expected|received|too (big|small)|NaN|must match/i)
    }
  })

  it('reads a list of trusted proxies, IPv4 and IPv6', () => {
    expect(load({ TRUSTED_PROXIES: '10.0.0.0/8, ::1/128' }).TRUSTED_PROXIES).toEqual([
      '10.0.0.0/8',
      '::1/128',
    ])
  })
})
