import type { AuditEvent } from '@/contracts/audit-event'
import type { AuditTexts, Words } from '@/contracts/definition'
import type { AuditWords } from '@/contracts/resource'
import { apart } from '@/contracts/unseen'
import { changesInWords, valueInWords } from './changes-in-words'

/** What stands before the id of what an act was about. */
export const idTitle = ({ idTitles }: AuditTexts, model: string): string => idTitles[model] ?? 'Id'

export type Sentence = {
  who: string
  verb: string
  thing: string
  name: string | null
  /** What was changed, from what to what; why; as what. */
  detail: string | null
  through: string | null
}

/**
 * Who did what: "Ada Admin", "changed the expiry of", "key", "ci-bot", "from 24 Feb 2027 to never". The log may
 * hold an act of a newer release, which runs beside this one: it is called by its own name.
 * @param name what the target is called, if anybody knows
 */
export function sentenceOf(
  { acts }: AuditTexts,
  { action, actor, changes, target }: AuditEvent,
  name: string | undefined,
  roles: Words['roles'] = [],
): Sentence {
  const known = Object.hasOwn(acts, action) ? acts[action] : undefined
  const finer = known && finerOf(known, changes)
  const { from, to } = changes.name ?? changes.title ?? {}
  const said = [to, from].find((part) => typeof part === 'string')
  return {
    who: actor.user?.name ?? actor.label ?? 'The system',
    verb: finer?.verb ?? known?.verb ?? action,
    thing: known?.thing ?? target.type,
    name: name ?? said ?? null,
    detail: detailOf(known, finer, changes, roles),
    through:
      actor.kind === 'api_key'
        ? `with the key ${apart(actor.label ?? '')}`
        : actor.kind === 'operator'
          ? 'at the command line'
          : null,
  }
}

type Finer = NonNullable<AuditWords['finer']>[number]

/** A change may have a word of its own. */
function finerOf({ finer = [] }: AuditWords, changes: AuditEvent['changes']): Finer | undefined {
  return finer.find(({ field, to }) => {
    const set = changes[field]?.to
    return to === undefined ? Object.hasOwn(changes, field) : set === to
  })
}

function detailOf(
  known: AuditWords | undefined,
  finer: Finer | undefined,
  changes: AuditEvent['changes'],
  roles: Words['roles'],
): string | null {
  const reason = changes.reason?.to
  if (typeof reason === 'string' && reason !== '') return `because “${apart(reason)}”`
  if (known?.tells === 'roles' && Array.isArray(changes.roles?.to))
    return `as ${valueInWords(roles, 'roles', changes.roles.to)}`
  if (known?.tells !== 'changes') return null
  const { userId: _who, ...fields } = changes
  const named = finer && { field: finer.field, told: finer.to !== undefined }
  const words = changesInWords(roles, fields, named)
  return words && (named ? words : `: ${words}`)
}
