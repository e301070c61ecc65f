import type { AuditAction, AuditEvent, AuditTarget } from '@/contracts/audit-event'

type Act = { title: string; verb: string; thing: string }
/** Every act on record, as the person who filters by it reads it, and as the middle of a sentence. */
export const ACTS: Record<AuditAction, Act> = {
  'api-key.create': { title: 'Key created', verb: 'created', thing: 'key' },
  'api-key.update': { title: 'Key changed', verb: 'changed', thing: 'key' },
  'api-key.rotate': { title: 'Key rotated', verb: 'rotated', thing: 'key' },
  'api-key.hand-over': { title: 'Key handed over', verb: 'handed over', thing: 'key' },
  'api-key.revoke': { title: 'Key revoked', verb: 'revoked', thing: 'key' },
  'api-key.delete': { title: 'Key deleted', verb: 'deleted', thing: 'key' },
  'member.invite': { title: 'Member invited', verb: 'invited', thing: 'member' },
  'member.invite-again': {
    title: 'Invitation sent again',
    verb: 'sent the invitation again to',
    thing: 'member',
  },
  'member.password-set': {
    title: 'Password set by link',
    verb: 'set a password by link for',
    thing: 'member',
  },
  'member.password-change': { title: 'Password changed', verb: 'changed the password of', thing: 'member' },
  'member.identity-link': {
    title: 'Single sign-on linked',
    verb: 'linked single sign-on for',
    thing: 'member',
  },
  'member.identity-unlink': {
    title: 'Single sign-on unlinked',
    verb: 'unlinked single sign-on for',
    thing: 'member',
  },
  'member.sign-out-everywhere': {
    title: 'Signed out everywhere',
    verb: 'ended every sign-in of',
    thing: 'member',
  },
  'member.update': { title: 'Member changed', verb: 'changed', thing: 'member' },
  'member.remove': { title: 'Member removed', verb: 'removed', thing: 'member' },
  'member.password-link': { title: 'Password link made', verb: 'made a password link for', thing: 'member' },
  'service-account.create': { title: 'Service account created', verb: 'created', thing: 'service account' },
  'service-account.update': { title: 'Service account changed', verb: 'changed', thing: 'service account' },
  'service-account.remove': { title: 'Service account removed', verb: 'removed', thing: 'service account' },
  'practice.create': { title: 'Practice created', verb: 'created', thing: 'practice' },
  'practice.update': { title: 'Practice changed', verb: 'changed', thing: 'practice' },
  'practice.delete': { title: 'Practice deleted', verb: 'deleted', thing: 'practice' },
  'club.create': { title: 'Club created', verb: 'created', thing: 'the club' },
  'club.policy': { title: 'Policy changed', verb: 'changed', thing: 'the policy for keys' },
}

const TARGETS: Record<AuditTarget, string> = {
  ApiKey: 'Key id',
  Practice: 'Practice id',
  Membership: 'Member id',
  Club: 'Club id',
}

/** What stands before the id of what an act was about. */
export const idTitle = (type: string): string => (TARGETS as Record<string, string>)[type] ?? 'Id'

export type Sentence = {
  who: string
  verb: string
  thing: string
  name: string | null
  through: string | null
}

/**
 * Who did what: "Ada Admin", "revoked", "key", "ci-bot".
 * @param name what the target is called, if anybody knows
 */
export function sentenceOf(
  { action, actor, changes, target }: AuditEvent,
  name: string | undefined,
): Sentence {
  const { verb, thing } = isKnown(action) ? ACTS[action] : { verb: action, thing: target.type }
  const { from, to } = changes.name ?? changes.title ?? {}
  const said = [to, from].find((part) => typeof part === 'string')
  return {
    who: actor.user?.name ?? actor.label ?? 'The system',
    verb: (isKnown(action) && finer(action, changes)) || verb,
    thing,
    name: name ?? said ?? null,
    through:
      actor.kind === 'api_key'
        ? `with the key ${actor.label ?? ''}`
        : actor.kind === 'operator'
          ? 'at the command line'
          : null,
  }
}

/** The log may hold an act of a newer release, which runs beside this one. */
const isKnown = (action: string): action is AuditAction => Object.hasOwn(ACTS, action)

/** A change that has a word of its own. */
function finer(action: AuditAction, changes: AuditEvent['changes']): string | null {
  const to = (field: string): unknown => changes[field]?.to
  if (action === 'api-key.update') {
    if (to('disabled') === true) return 'disabled'
    if (to('disabled') === false) return 'enabled'
    if (to('scopes') !== undefined) return 'changed the scopes of'
    if (to('rateLimit') !== undefined) return 'changed the limit of'
    if (to('name') !== undefined) return 'renamed'
  }
  if (action === 'service-account.update' && to('name') !== undefined) return 'renamed'
  if (action === 'member.update' || action === 'service-account.update') {
    if (to('status') === 'SUSPENDED') return 'suspended'
    if (to('status') === 'ACTIVE') return 'reinstated'
    if (to('roles') !== undefined) return 'changed the roles of'
  }
  return null
}
