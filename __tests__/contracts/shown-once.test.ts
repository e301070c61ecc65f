import '@/club-app'
import { z } from 'zod'
import { definition } from '@/contracts/definition'

type Schema = {
  type?: unknown
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  $ref?: string
  $defs?: Record<string, Schema>
}

/** Where an answer may hold what opens something, by name. */
const SECRETS = /^key$|token|secret|password|link$/i

const isText = ({ type, anyOf = [] }: Schema): boolean =>
  [type].flat().includes('string') || anyOf.some(isText)

function secretsIn(schema: Schema, defined: Record<string, Schema>, path = ''): string[] {
  const { properties = {}, items, anyOf = [], oneOf = [], allOf = [], $ref } = schema
  const referred = $ref === undefined ? undefined : defined[$ref.replace('#/$defs/', '')]
  const parts = [...anyOf, ...oneOf, ...allOf, ...(items ? [items] : []), ...(referred ? [referred] : [])]
  const within = parts.flatMap((one) => secretsIn(one, defined, path))
  const named = Object.entries(properties).flatMap(([name, one]) => {
    const at = path === '' ? name : `${path}.${name}`
    return SECRETS.test(name) && isText(one) ? [at] : secretsIn(one, defined, at)
  })
  return [...new Set([...within, ...named])]
}

function secretsOf(response: z.ZodType): string[] {
  const schema = z.toJSONSchema(response, { io: 'output' }) as Schema
  return secretsIn(schema, schema.$defs ?? {})
}

const answers = Object.entries(definition().operations).flatMap(([name, { response, shownOnce = [] }]) =>
  response ? [[name, secretsOf(response), shownOnce] as const] : [],
)

it('G1: what an answer holds of secrets is named in `shownOnce`, so that no record keeps it', () => {
  expect(answers.filter(([, found]) => found.length > 0).length).toBeGreaterThan(3)
  for (const [name, found, shownOnce] of answers)
    expect([name, [...found].sort()]).toEqual([name, [...shownOnce].sort()])
})
