import { readdirSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { newClub } from '@/contracts/club'
import type { Operation } from '@/contracts/operation'
import { operations } from './tenancy'

const APP = path.resolve('src/app')

/** What forms send to server actions: every schema that a `forms.ts` exports. */
const forms = readdirSync(APP, { recursive: true, encoding: 'utf8' })
  .filter((file) => path.basename(file) === 'forms.ts')
  .flatMap((file) =>
    Object.entries(require(path.join(APP, file)) as Record<string, unknown>).flatMap(([name, schema]) =>
      schema instanceof z.ZodType ? [[`${path.dirname(file)} ${name}`, schema] as const] : [],
    ),
  )

const sent = Object.entries<Operation>(operations).flatMap(([name, { body, query }]) => [
  ...(body ? [[`${name} body`, body] as const] : []),
  ...(query ? [[`${name} query`, query] as const] : []),
])

/** Every schema that input from outside is parsed by, with a name to find it by. */
export const inputSchemas: (readonly [name: string, schema: z.ZodType])[] = [
  ...sent,
  ...forms,
  ['clubs create', newClub],
]

type Inner = { element: z.ZodType; innerType: z.ZodType; in: z.ZodType; shape: Record<string, z.ZodType> }
type Def = Inner & {
  type: string
  format?: string
  entries: Record<string, string>
  options: z.ZodType[]
  keyType: z.ZodType
  valueType: z.ZodType
  checks?: { _zod: { def: { check: string; minimum?: number; maximum?: number } } }[]
}
export const defOf = (schema: z.ZodType) => schema._zod.def as unknown as Def

/** A field as its sender sees it: without its being optional, null or made into something else. */
export function bare(schema: z.ZodType): z.ZodType {
  const { type, innerType, in: input } = defOf(schema)
  if (['optional', 'nullable', 'default', 'nonoptional'].includes(type)) return bare(innerType)
  return type === 'pipe' ? bare(input) : schema
}

export type Leaf = { path: string[]; schema: z.ZodType }

/** Every field of a schema, and every field within it. A list's entry is named `0`. */
export function fieldsOf(whole: z.ZodType, at: string[] = []): Leaf[] {
  const schema = bare(whole)
  const { type, shape, element, options, valueType } = defOf(schema)
  const inner =
    type === 'object'
      ? Object.entries(shape).flatMap(([name, field]) => fieldsOf(field, [...at, name]))
      : type === 'array'
        ? fieldsOf(element, [...at, '0'])
        : type === 'record'
          ? fieldsOf(valueType, [...at, 'name'])
          : type === 'union'
            ? options.flatMap((option) => fieldsOf(option, at))
            : []
  return [{ path: at, schema }, ...inner]
}

/** An input that holds one value, at a path. */
export const inputWith = (at: readonly string[], value: unknown): unknown =>
  at.reduceRight<unknown>((inner, name) => (name === '0' ? [inner] : { [name]: inner }), value)
