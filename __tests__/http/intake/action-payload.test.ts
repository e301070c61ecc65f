import { isPlainPayload } from '@/http/intake/action-payload'

/** What the framework's client writes a call with. */
const { encodeReply } = jest.requireActual<{ encodeReply: (given: unknown[]) => Promise<unknown> }>(
  'next/dist/compiled/react-server-dom-turbopack/client.browser',
)

const TEXT = 'text/plain;charset=UTF-8'
const FORM = 'multipart/form-data; boundary=b'
const form = (...parts: [name: string, text: string][]) =>
  `${parts.map(([name, text]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`).join('')}--b--\r\n`
const takes = (body: string, type = TEXT) => isPlainPayload(Buffer.from(body), type)

describe('what an action is called with', () => {
  it.each<[string, unknown[]]>([
    ['nothing', []],
    ['nothing at all', [undefined]],
    ['a text', ['harriers']],
    ['a text that begins like a reference', ['$1', { name: '$', note: '$Q1', cost: '$$5' }]],
    [
      'a form',
      [
        'harriers',
        {
          name: 'ci',
          scopes: ['a', 'b'],
          expiresAt: { days: 1 },
          ownerId: undefined,
          metadata: { a: { b: [1, null] } },
        },
      ],
    ],
    ['numbers and a time', [NaN, Infinity, -Infinity, -0, 1.5, new Date(0)]],
  ])('is %s, as the framework’s client writes it', async (_, given) => {
    const body = await encodeReply(given)
    expect(typeof body).toBe('string')
    expect(takes(body as string)).toBe(true)
    expect(takes(form(['0', body as string]), FORM)).toBe(true)
  })

  it.each([
    '[{"a":1,"a":2}]',
    '[{"a":1,"\\u0061":2}]',
    '[1e-400]',
    '[{"__proto__":{}}]',
    '[12345678901234567890]',
  ])('is nothing that reading changes: %s', (body) => {
    expect(takes(body)).toBe(false)
    expect(takes(form(['0', body]), FORM)).toBe(false)
  })

  it('is UTF-8', () => {
    expect(isPlainPayload(Buffer.from('5b22ff225d', 'hex'), TEXT)).toBe(false)
    expect(takes('["ÿ"]')).toBe(true)
  })

  it.each(
    [
      '',
      ' ',
      '{}',
      'null',
      '1',
      '"x"',
      '[',
      '[1]]',
      '\u0000',
      '["$"]',
      '["$0"]',
      '["$1"]',
      '["$0:0"]',
      '["$0:__proto__"]',
      '["$@1"]',
      '["$K1"]',
    ].concat(
      [...'ABCEFGLMOPQRSTUVWXZbfghilmorx'].map((letter) => `[{"a":["$${letter}1"]}]`),
      [
        '["$n1"]',
        '["$Dx"]',
        `["$D${'1'.repeat(40)}"]`,
        '["$undefined1"]',
        `[${'1,'.repeat(20)}1]`,
        `${'['.repeat(70)}${']'.repeat(70)}`,
        `${'['.repeat(30_000)}${']'.repeat(30_000)}`,
      ],
    ),
  )('is not %s', (body) => {
    expect(takes(body)).toBe(false)
    expect(takes(form(['0', body]), FORM)).toBe(false)
  })

  it.each<[string, string, string?]>([
    ['without parts', '--b--\r\n'],
    ['empty', ''],
    ['of another boundary', form(['0', '[]']), 'multipart/form-data; boundary=c'],
    ['without a boundary', form(['0', '[]']), 'multipart/form-data'],
    ['with a part that refers to another', form(['1', '1'], ['0', '[]'])],
    ['with a second part', form(['0', '[]'], ['1', '1'])],
    ['with the same part twice', form(['0', '[]'], ['0', '[]'])],
    ['with a part of another name', form(['1', '[]'])],
    ['with a file', form(['0', '[]']).replace('name="0"', 'name="0"; filename="a"')],
    ['cut off', form(['0', '[]']).slice(0, -6)],
    ['that goes on', `${form(['0', '[]'])}x`],
    ['of the fields of a plain form', form(['$ACTION_ID_40', ''])],
  ])('is no form %s', (_, body, type = FORM) => {
    expect(takes(body, type)).toBe(false)
  })
})
