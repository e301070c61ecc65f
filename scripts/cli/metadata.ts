import { parseJson } from '@/http/json'
import { Refusal } from '@/lib/errors'
import { UsageError } from './command'

/** `{"team":"web"}`, read as exactly as the API reads a body. @throws UsageError */
export function metadataIn(text: string): unknown {
  try {
    return parseJson(text)
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new UsageError('--metadata: must be JSON such as \'{"team":"web"}\'')
    if (!(error instanceof Refusal)) throw error
    const [{ path = '', message = error.message } = {}] = error.errors ?? []
    throw new UsageError(`--metadata${path && ` ${path}`}: ${message}`)
  }
}
