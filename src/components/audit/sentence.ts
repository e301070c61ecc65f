import type { AuditEvent } from '@/contracts/audit-event'
import type { AuditTexts } from '@/contracts/definition'
import type { AuditWords } from '@/contracts/resource'

/** What stands before the id of what an act was about. */
export const idTitle = ({ idTitles }: AuditTexts, model: string): string => idTitles[model] ?? 'Id'

export type Sentence = {
  who: string
  verb: string
  thing: string
  name: string | null
  through: string | null
}

/**
 * Who did what: "Ada Admin", "revoked", "key", "ci-bot". The log may hold an act of a newer release, which
 * runs beside this one: it is called by its own name.
 * @param name what the target is called, if anybody knows
 */
export function sentenceOf(
  { acts }: AuditTexts,
  { action, actor, changes, target }: AuditEvent,
  name: string | undefined,
): Sentence {
  const known = Object.hasOwn(acts, action) ? acts[action] : undefined
  const { from, to } = changes.name ?? changes.title ?? {}
  const said = [to, from].find((part) => typeof part === 'string')
  return {
    who: actor.user?.name ?? actor.label ?? 'The system',
    verb: known ? verbOf(known, changes) : action,
    thing: known?.thing ?? target.type,
    name: name ?? said ?? null,
    through:
      actor.kind === 'api_key'
        ? `with the key ${actor.label ?? ''}`
        : actor.kind === 'operator'
          ? 'at the command line'
          : null,
  }
}

/** A change may have a word of its own. */
function verbOf({ verb, finer = [] }: AuditWords, changes: AuditEvent['changes']): string {
  const fits = ({ field, to }: (typeof finer)[number]): boolean => {
    const set = changes[field]?.to
    return to === undefined ? set !== undefined : set === to
  }
  return finer.find(fits)?.verb ?? verb
}
