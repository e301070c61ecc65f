import { readPairs, readQuery } from '@/http/pairs'

function refusal(text: string, read = readPairs) {
  try {
    return Object.fromEntries(read(text))
  } catch (error) {
    return (error as { errors: unknown[] }).errors[0]
  }
}

describe('the pairs of a form', () => {
  it.each<[string, Record<string, string>]>([
    ['', {}],
    ['a=1&b=2', { a: '1', b: '2' }],
    ['a=%C3%A9+b&%20=', { a: 'é b', ' ': '' }],
    // Characters that are meant, escaped or not.
    ['a=%EF%BF%BD', { a: '\ufffd' }],
    ['a=\ufffd&b=é', { a: '\ufffd', b: 'é' }],
    // A percent sign that escapes nothing is one.
    ['a=50%&b=%zz%', { a: '50%', b: '%zz%' }],
    ['a=%EF%BF%BD%', { a: '\ufffd%' }],
  ])('are read: %j', (text, pairs) => {
    expect(refusal(text)).toEqual(pairs)
  })

  it.each([
    ['a', 'a=1&a=2'],
    ['a', 'a=1&%61=2'],
    ['', '=1&=2'],
    ['constructor', 'constructor=1&constructor=1'],
  ])('has each name once: %j, %s', (path, text) => {
    expect(refusal(text)).toEqual({ path, message: 'is given twice' })
  })

  it.each([
    ['a', 'a=%ff'],
    ['b', 'a=%EF%BF%BD&b=%80'],
    ['b', 'a=1&b=x%c0%afx&c=%ff'],
    ['a', 'a=%ed%a0%80'],
    ['a', 'a=%F0%9F%98'],
    ['a', 'a=é%ff'],
    ['a', 'a=%ff%'],
    ['\ufffd', '%ff=1'],
    ['\ufffd', '%fe'],
  ])('is UTF-8: %j, %s', (path, text) => {
    expect(refusal(text)).toEqual({ path, message: 'is not UTF-8' })
  })
})

describe('the pairs of a query', () => {
  const query = (search: string) => refusal(search, (text) => readQuery({ url: `http://localhost/x${text}` }))

  it('are read, each name once', () => {
    expect(query('?a=1&b=%C3%A9')).toEqual({ a: '1', b: 'é' })
    expect(query('')).toEqual({})
    expect(query('?a=1&a=2')).toEqual({ path: 'a', message: 'is given twice' })
  })

  it.each(['?a=1&b=%ff', '?b=%EF%BF%BD', '?b=x\ufffd', '?a=1&b=%ed%a0%80&c=%ff'])(
    'are UTF-8: %s',
    (search) => {
      expect(query(search)).toMatchObject({ path: 'b', message: expect.stringContaining('UTF-8') })
    },
  )
})
