import { isInstant, jsonText, raw, shapeOf, type JsonSchema } from './input'

const NUL = raw('"a\\u0000b"')
const LONE = [raw('"\\ud800"'), raw('"a\\udfff"'), raw('"\\udc00\\ud800"')]
// U+009B is what a terminal takes for ESC [.
const CONTROLS = ['a\u0001', 'a\u001b[31m', 'a\u007f', 'a\u0085b', 'a\u009b31m', '\u0000', 'a\rb']
/** What turns the direction of text, hides in it, or piles up on it. */
// prettier-ignore
export const MISLEADING = [
  'a\u061cb', 'a\u200eb', '\u200fa', 'a\u202ab', 'a\u202bb', 'a\u202cb', 'a\u202db', 'nimda\u202eexe', '\u2066a\u2069', 'a\u2067b', 'a\u2068b',
  'a\u{e0041}', '\u{e0001}a', 'a\u{e0067}\u{e007f}', 'a\u200db', 'a\u200cb', 'a\u200d', '\u200da', 'a\ufe0f', 'a\ufe0fb', '1\ufe0f', 'a\u{e0100}', 'a\u034fb',
  'a\u115fb', 'a\u1160b', 'a\u3164b', 'a\uffa0b', 'a\u17b4b', 'a\u180eb', 'a\u2061b', 'a\u206ab', 'a\ufeffb', 'a\u{1d173}b', 'a\u{e0fff}b', 'a\u2065b', 'a\ufff0b',
  `a${'\u0301'.repeat(40)}`, `${'\u0301\u0316'.repeat(100)}`,
]
/** Marks that climb over the lines above and below: one line never needs them. */
// prettier-ignore
export const PILED_UP = ['Z\u0337\u0332\u0301\u0302\u0300\u0303algo', 'ก็็็', 'x\u0301\u0301\u0301', 'ཀ\u0f90\u0f91\u0f92\u0f93\u0f94\u0f95\u0f96']
/** Lines in which there is nothing to see, or something that hides between what there is. */
// prettier-ignore
export const UNSEEN = [
  ' ', '\u00a0', '\u3000', '\u200b', '\u200b \u200b', '\u3164', '\u115f', '\uffa0', '\ufeff', '\u2060', '\u00ad', '\u2800', ' \u2800 ', '\ufe0f', '\u{e0100}',
  '\u200d', '\u200c', '\u{e0041}\u{e0042}', '\u0301', '\u20e3', '\u{1d159}', '\u{13441}', '\ufffc', '\uffff', '\u{10ffff}', '\ue000', 'a\u200bb', 'a\u00adb', 'a\u2060b',
]
const WRONG_TYPES = [
  1,
  0,
  -0,
  1.5,
  raw('1e999'),
  raw('-1e999'),
  true,
  false,
  [],
  ['x'],
  {},
  { $ne: null },
  { set: 'x' },
  [[]],
]

// prettier-ignore
export const BAD_INSTANTS = [
  '', ' ', 'now', '2027', '2027-01-01', '2027-01-01T10:00Z', '2027-01-01T10:00:00', '2027-01-01 10:00:00Z', '2027-01-01T10:00:00z',
  '2027-01-01t10:00:00Z', '2027-02-30T10:00:00Z', '2027-02-29T10:00:00Z', '1900-02-29T10:00:00Z', '2027-04-31T10:00:00Z', '2027-13-01T10:00:00Z',
  '2027-00-10T10:00:00Z', '2027-01-00T10:00:00Z', '2027-01-01T24:00:00Z', '2027-01-01T23:60:00Z', '2016-12-31T23:59:60Z',
  '2027-01-01T10:00:00.1234Z', '2027-01-01T10:00:00.Z', '2027-01-01T10:00:00,5Z', '2027-01-01T10:00:00+24:00', '2027-01-01T10:00:00+10:60',
  '2027-01-01T10:00:00+1000', '2027-01-01T10:00:00+10', '2027-01-01T10:00:00 Z', ' 2027-01-01T10:00:00Z', '2027-01-01T10:00:00Z\n',
  '0000-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '1899-12-31T23:59:59.999Z', '1900-01-01T00:00:00+00:01', '9999-12-31T23:59:59-00:01',
  '9999-12-31T23:59:59.999-23:59', '10000-01-01T00:00:00Z', '+010000-01-01T00:00:00Z', '-000001-01-01T00:00:00Z', '٢٠٢٧-01-01T10:00:00Z',
  '2027-01-01T10:00:00Z2027-01-01T10:00:00Z', '1e3', '1798797600000', '2027-W01-1T10:00:00Z', '2027-001T10:00:00Z',
]
// prettier-ignore
export const BAD_IDS = [
  '', ' ', 'x', '1', '00000000-0000-0000-0000-00000000000', '0190d9a0-0000-7000-8000-0000000000000', '0190d9a0000070008000000000000000',
  '{0190d9a0-0000-7000-8000-000000000000}', 'urn:uuid:0190d9a0-0000-7000-8000-000000000000', '0190d9a0-0000-7000-8000-00000000000g',
  '0190d9a0-0000-7000-8000-000000000000\n', "' OR 1=1 --", '٠190d9a0-0000-7000-8000-000000000000',
]
// prettier-ignore
const BAD_METADATA = [
  1, 'x', true, [], [1], { '': 1 }, { 'a b': 1 }, { é: 1 }, { ['k'.repeat(65)]: 1 }, { $type: 'Json' }, { 'a\u0000': 1 }, { a: { 'b c': 1 } },
  { a: [{ é: 1 }] }, raw('{"a":[{"b":"\\u0000"}]}'), raw('{"a":[9007199254740993]}'), { a: { b: ['x'.repeat(4089)] } },
  raw(`{"a":${'['.repeat(33)}${']'.repeat(33)}}`), raw('{"a":"\\u0000"}'), raw('{"a":"\\ud800"}'), raw('{"a":1e999}'), raw('{"a":9007199254740993}'),
  raw('{"a":-9007199254740993}'), raw('{"a":1e300}'), { a: 'x'.repeat(4089) }, { a: 'é'.repeat(2045) },
  Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`key${i}`, 1])),
]

// prettier-ignore
const BAD_NETWORKS = [
  '10', '10/8', '10.0/16', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/08', '10.0.0.0/', '/8', '10.0.0.0/8/8', '10.0.0.0 /8', ' 10.0.0.0/8', '10.0.0.0/8\n',
  '10.0.0.1/8', '010.0.0.0/8', '0x0a.0.0.0/8', '167772160/8', '10.0.0.0/255.0.0.0', '10.0.0.0-10.0.0.9', '10.0.0.*', '256.0.0.0/8', '2001:db8::1/32',
  '2001:db8::/129', '2001:db8:::/32', '[2001:db8::]/32', 'fe80::1%eth0', 'fe80::%eth0/10', 'fe80::/10%1', '::ffff:10.0.0.1/104', '::ffff:10.0.0.0/129',
  '12345::/16', 'localhost', 'example.test', '*', '0.0.0.0/0,10.0.0.0/8', '１０.0.0.0/8',
].map((network) => [network])

/**
 * Values that a field of this shape must refuse. A shape that is not known here fails, so that no new one
 * goes untried.
 */
export function badValuesOf(field: JsonSchema): unknown[] {
  const { schema, nullable } = shapeOf(field)
  return [...(nullable ? [] : [null]), ...badOf(schema)]
}

function badOf(schema: JsonSchema): unknown[] {
  if (isInstant(schema)) return [...WRONG_TYPES, ...BAD_INSTANTS, NUL, ...LONE]
  if (schema.format === 'uuid') return [...WRONG_TYPES, ...BAD_IDS, NUL, ...LONE]
  if (schema.enum)
    return [
      ...WRONG_TYPES,
      '',
      'constructor',
      '__proto__',
      ...schema.enum.flatMap((one) => [swapCase(one), ` ${one}`, `${one}\u0000`]),
    ]
  if (schema.type === 'string' && schema.maxLength) {
    const tooLong = ['x', '😀', 'é', '\u202e', '"', '\\'].map((one) => one.repeat(schema.maxLength! + 1))
    const unseen = [...MISLEADING, ...(schema.maxLength > 1000 ? [] : [...UNSEEN, ...PILED_UP])]
    return [...WRONG_TYPES, '', ...tooLong, 'x'.repeat(60_000), NUL, ...LONE, ...CONTROLS, ...unseen]
  }
  if (schema.type === 'array' && schema.items?.enum) {
    const [first] = schema.items.enum
    const bad = badOf(schema.items).map((one) => raw(`[${jsonText({ '': one }).slice('{"":'.length, -1)}]`))
    return [
      1,
      'x',
      true,
      {},
      [],
      [first, first],
      [...schema.items.enum, 'x'],
      Array<string>(5000).fill('x'),
      ...bad,
    ]
  }
  if (schema.type === 'array' && schema.items?.format === 'uuid') {
    const id = '0190d9a0-0000-7000-8000-000000000000'
    return [1, 'x', true, {}, [], [id, id], [id, null], ...badOf(schema.items).map((one) => [one])]
  }
  if (schema.type === 'array' && schema.items?.type === 'string') {
    return [
      1,
      'x',
      true,
      {},
      [],
      ['10.0.0.0/8', '10.0.0.0/8'],
      Array<string>(5000).fill('x'),
      ...badOf(schema.items).map((one) => [one]),
      ...BAD_NETWORKS,
    ]
  }
  if (schema.type === 'object') return BAD_METADATA
  if (schema.type === 'integer') {
    const { minimum = 0, maximum = 0 } = schema
    return [
      true,
      '1',
      '',
      [],
      [1],
      {},
      minimum - 1,
      maximum + 1,
      minimum + 0.5,
      -(2 ** 31),
      2 ** 53,
      raw('1e999'),
      raw('-1e999'),
    ]
  }
  if (schema.type === 'boolean') return [1, 0, 'true', '', [], {}]
  throw new Error(`no bad values are known for ${JSON.stringify(schema)}`)
}

export const swapCase = (word: string) =>
  word === word.toLowerCase() ? word.toUpperCase() : word.toLowerCase()

/** Names that no operation has as a field, some of them dangerous to code that copies objects. */
// prettier-ignore
export const UNKNOWN_FIELDS = [
  'x', '', ' ', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__', 'digest', 'key', 'start', 'status ', 'revokedAt',
  'createdByKeyId', 'createdAt', 'updatedAt', 'owner', 'club', 'AND', 'a.b', '😀', 'x'.repeat(2000),
]
