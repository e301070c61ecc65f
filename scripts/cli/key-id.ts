import { id } from '@/contracts/text'
import { Refusal } from '@/lib/errors'
import { required } from './command'

/** Something that is no id cannot exist. @throws Refusal `not_found`; UsageError when it is missing */
export function keyId(text: string | undefined): string {
  const parsed = id.safeParse(required(text, 'id'))
  if (!parsed.success) throw new Refusal('not_found', 'No such resource.')
  return parsed.data
}
