import fc from 'fast-check'
import { inspect } from 'node:util'
import { mintToken } from '@/lib/auth/token'
import { log } from '@/lib/log'
import { redact, redactPath } from '@/lib/redact'
import { newSigningSecret } from '@/lib/webhooks/secret'

const BASE62 = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz']
const secret = (length: number) =>
  fc.array(fc.constantFrom(...BASE62), { minLength: length, maxLength: length }).map((all) => all.join(''))
const token = fc
  .tuple(fc.stringMatching(/^[a-z0-9]{2,12}$/), secret(49))
  .map(([brand, rest]) => `sk_${brand}_${rest}`)
const signingSecret = fc
  .uint8Array({ minLength: 24, maxLength: 64 })
  .map((bytes) => `whsec_${Buffer.from(bytes).toString('base64')}`)
/** A credential of somebody else's format: only its header tells what it is. Longer than any chance. */
const opaque = secret(32)
const header = fc.constantFrom(
  'authorization',
  'Authorization',
  'AUTHORIZATION',
  'x-api-key',
  'X-API-Key',
  'x-api-key-context',
  'cookie',
  'Cookie',
  'set-cookie',
)

describe('G1: the one redactor', () => {
  it('takes out a token wherever it stands', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        token,
        fc.string({ unit: 'binary' }),
        (before, secretText, after) => !redact(before + secretText + after).includes(secretText.slice(-49)),
      ),
    )
  })

  it('takes out the secret of a webhook wherever it stands, however its signs are escaped', () => {
    const each = (how: (sign: string) => string) => (text: string) => text.replace(/[+/=]/g, how)
    const hex = (sign: string) => sign.charCodeAt(0).toString(16)
    const forms = [
      each((sign) => sign),
      each((sign) => `%${hex(sign)}`),
      each((sign) => `%25${hex(sign).toUpperCase()}`),
      each((sign) => (sign === '/' ? '\\/' : sign)),
      each((sign) => (sign === '/' ? '\\\\\\/' : sign)),
      each((sign) => `\\u00${hex(sign)}`),
      each((sign) => `\\\\u00${hex(sign).toUpperCase()}`),
      (text: string) => JSON.stringify(JSON.stringify({ text })),
      (text: string) => text.replaceAll('+', '-').replaceAll('/', '_'),
    ]
    const around = fc.oneof(fc.string({ unit: 'binary' }), token)
    fc.assert(
      fc.property(around, signingSecret, around, fc.constantFrom(...forms), (before, text, after, form) => {
        const written = form(text)
        const parts = text.slice(6).match(/[A-Za-z0-9]{5,}/g) ?? []
        const shown = redact(before + written + after)
        for (const part of parts) if (!(before + after).includes(part)) expect(shown).not.toContain(part)
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    '\\n',
    '\\t',
    '\\u000a',
    '%20',
    '%3D',
    '_',
    'x',
    'key=',
    'Bearer',
    '\u001b[31m',
    '"',
    "'",
    'é',
    '0',
  ])('sees a token right behind %j', (before) => {
    const text = mintToken().secret.reveal()
    expect(redact(`${before}${text}`)).toBe(`${before}[redacted]`)
  })

  it('takes out tokens at any depth of JSON in JSON, as keys and as values', () => {
    const wrap = (value: unknown, depth: number): string =>
      depth === 0 ? JSON.stringify(value) : wrap(JSON.stringify(value), depth - 1)
    fc.assert(
      fc.property(
        token,
        fc.integer({ min: 0, max: 4 }),
        fc.constantFrom('', '\n', '\t', '"', '\\', '\u0001', '{'),
        (secretText, depth, before) => {
          expect(redact(wrap({ [before + secretText]: [before + secretText] }, depth))).not.toContain(
            secretText.slice(-20),
          )
        },
      ),
    )
  })

  it('takes out the value of a credential header, whatever its format', () => {
    const forms: ((name: string, value: string) => string)[] = [
      (name, value) => `${name}: ${value}`,
      (name, value) => `GET / HTTP/1.1\r\nHost: x\r\n${name}: Bearer ${value}\r\nAccept: */*`,
      (name, value) => `${name}=${value}`,
      (name, value) => `${name}: a=1; session=${value}; b=2`,
      (name, value) => `${name}: Digest username="me", response=${value}`.replaceAll('"', ''),
      (name, value) => JSON.stringify({ [name]: `Bearer ${value}` }),
      (name, value) => JSON.stringify({ headers: { [name]: `a, "b", ${value}` }, msg: 'x' }),
      (name, value) => JSON.stringify({ headers: { [name]: [value, 'x'] } }),
      (name, value) => JSON.stringify({ msg: JSON.stringify({ [name]: `a, "b", ${value}` }) }),
      (name, value) =>
        JSON.stringify({ msg: JSON.stringify({ msg: JSON.stringify({ [name]: `Bearer ${value}` }) }) }),
      (name, value) => JSON.stringify({ msg: `failed with ${name}: Bearer ${value}` }),
      (name, value) =>
        JSON.stringify({ rawHeaders: ['Host', 'x', name, `Bearer ${value}`, 'Accept', '*/*'] }),
      (name, value) => inspect({ [name]: `Bearer ${value}` }),
      (name, value) => inspect({ headers: { [name]: `it's ${value}` } }, { compact: false }),
      (name, value) => inspect(['Host', 'x', name, `Bearer ${value}`]),
    ]
    fc.assert(
      fc.property(header, opaque, fc.constantFrom(...forms), (name, value, form) =>
        expect(redact(form(name, value))).not.toContain(value),
      ),
      { numRuns: 1000 },
    )
  })

  it('leaves JSON JSON, so that a log line can be read whatever it says', () => {
    const words = fc.oneof(
      fc.string({ unit: 'binary' }),
      token,
      signingSecret,
      fc.constantFrom(
        'whsec_a\\/b',
        'whsec_\\\\',
        'whsec_a\\u0022',
        'authorization: Bearer x',
        'cookie=1; b="2"',
        'x-api-key: {"a":1}',
        '"authorization"',
        '{"cookie":"a\\"b"}',
        '\\',
      ),
    )
    const text = fc.array(words, { maxLength: 4 }).map((parts) => parts.join(''))
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        text,
        fc.integer(),
        fc.constant(null),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(fc.oneof(text, header), tie('any'), { maxKeys: 3 }),
      ),
    })).any
    fc.assert(
      fc.property(value, (given) =>
        expect(() => JSON.parse(redact(JSON.stringify(given))) as unknown).not.toThrow(),
      ),
      { numRuns: 3000 },
    )
  })

  it('is content with its own work', () => {
    const text = fc
      .array(
        fc.oneof(
          token,
          signingSecret,
          header.map((name) => `${name}: x y\n`),
          fc.string(),
        ),
      )
      .map((parts) => parts.join(' '))
    fc.assert(fc.property(text, (given) => expect(redact(redact(given))).toBe(redact(given))))
  })

  it('changes nothing else', () => {
    const plain = fc
      .string({ unit: 'binary' })
      .filter((text) => !/sk_|whsec_|authorization|x-api-key|cookie/i.test(text))
    fc.assert(fc.property(plain, (text) => redact(text) === text))
    for (const text of [
      'disk full',
      'task_1',
      'sk_',
      'whsec_',
      'whsec_...',
      'sk_x_abcdef',
      'the authorization of a coach',
      'cookies are not used',
      '{"authorized":true}',
      '{"key":"k"}',
    ])
      expect(redact(text)).toBe(text)
  })

  it('takes a time that grows with the text alone', () => {
    for (const evil of [
      'authorization',
      'authorization:',
      'authorization ',
      'authorization:[',
      'authorization\\',
      'x-api-key"',
      'cookie:"\\',
      'sk_',
      'sk_aaaaaaaaaaaa',
      'whsec_',
      'whsec_\\',
      'whsec_a\\\\\\',
      'whsec_%25',
      '\\"',
      'cookie: \\',
    ]) {
      const text = evil.repeat(Math.ceil(100_000 / evil.length))
      const started = performance.now()
      redact(text)
      redact(`authorization:${' '.repeat(50_000)}${text}`)
      expect(performance.now() - started).toBeLessThan(500)
    }
  })
})

describe('G1: in a path', () => {
  const escape = (text: string, percent = '%') =>
    [...text].map((one) => `${percent}${one.charCodeAt(0).toString(16).toUpperCase()}`).join('')

  it('takes out a token however much of it is escaped', () => {
    const segment = fc
      .tuple(token, fc.array(fc.nat(2), { minLength: 80, maxLength: 80 }))
      .map(([text, how]) => {
        const written = [...text].map((one, n) =>
          how[n] === 0 ? one : escape(one, how[n] === 1 ? '%' : '%25'),
        )
        return { written: written.join(''), text }
      })
    fc.assert(
      fc.property(segment, fc.constantFrom('', 'a', '%20', 'x%2F', '%0A'), ({ written }, before) => {
        expect(redactPath(`/api/${before}${written}/x`)).toMatch(/^\/api\/.*\[redacted\]\/x$/)
        expect(redactPath(`/api/${before}${written}/x`)).not.toContain(written.slice(-12))
      }),
    )
  })

  it('leaves nothing of a token whose end alone is escaped', () => {
    const written = `sk_aa_${'0'.repeat(47)}%300`
    expect(redactPath(`/api/${written}/x`)).toBe('/api/[redacted]/x')
  })

  it('leaves nothing of the secret of a webhook, whose slashes may stand as they are', () => {
    const escapeSome = (text: string, how: readonly number[]) =>
      [...text].map((one, n) => (how[n] === 0 ? escape(one) : one)).join('')
    const how = fc.array(fc.nat(3), { minLength: 100, maxLength: 100 })
    fc.assert(
      fc.property(signingSecret, how, (text, given) => {
        const shown = redactPath(`/api/${escapeSome(text, given)}/x`)
        expect(shown).toMatch(/^\/api\/\[redacted\]/)
        for (const part of text.slice(6).match(/[A-Za-z0-9]{5,}/g) ?? []) expect(shown).not.toContain(part)
      }),
    )
  })

  it.each(['/api/v1/practices', '/a%20b/%73k/100%25', '/%zz/%', '/a@b/c', '/clubs/%E2%82%AC'])(
    'keeps %s',
    (path) => expect(redactPath(path)).toBe(path),
  )

  it.each([
    ['/\u009b31m', '/%9B31m'],
    ['/a\u001b[2J\n\u007f', '/a%1B[2J%0A%7F'],
    ['/\u00c3\u00bc', '/%C3%BC'],
    ['/\u202e\ud83d', '/%E2%80%AE%EF%BF%BD'],
  ])('leaves nothing that a terminal obeys: %j', (path, expected) => expect(redactPath(path)).toBe(expected))

  it.each([
    ['http://me:pass@word@host/x', 'http://[redacted]@host/x'],
    ['//me@host/x', '//[redacted]@host/x'],
  ])('takes out what stands before a host: %s', (path, expected) => expect(redactPath(path)).toBe(expected))

  it('takes time in proportion to its length', () => {
    for (const evil of ['%25', '%2525', '//', '/%73', '//a@', '%', '/%25/']) {
      const started = performance.now()
      redactPath(evil.repeat(Math.ceil(100_000 / evil.length)))
      expect(performance.now() - started).toBeLessThan(1_000)
    }
  })
})

it('G1: a log line has passed it, whatever was given to the log', () => {
  const lines: string[] = []
  const write = jest.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0)
  const text = mintToken().secret.reveal()
  const signing = newSigningSecret()
  try {
    const cause = Object.assign(new Error(`deep\n${text}`), {
      headers: { authorization: 'Bearer somebody-elses-format' },
    })
    log.error({ err: new Error(`no ${text}`, { cause }), [text]: [text] }, `and\t${text}`)
    log.warn(text)
    log.warn({ err: new Error(`opened ${signing}`), signing }, 'a webhook')
  } finally {
    write.mockRestore()
  }
  expect(lines).toHaveLength(3)
  for (const line of lines.slice(0, 2))
    expect(JSON.parse(line)).toMatchObject({ msg: expect.stringContaining('[redacted]') })
  expect(lines.join('')).not.toContain(text.slice(12, 40))
  expect(lines.join('')).not.toContain('somebody-elses-format')
  expect(lines.join('')).not.toContain(signing.slice(6))
})
