import type { z } from 'zod'
import { fieldErrors, inWords } from '@/contracts/words'
import { invalid } from './errors'

/**
 * What a caller sent, as a schema lets it through.
 * @throws Refusal `validation_failed` naming each field, and the bound that it broke
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input, { error: inWords })
  if (parsed.success) return parsed.data
  throw invalid(fieldErrors(parsed.error))
}
