import type { Section } from '@/components/shell/nav'
import type { Actor } from '@/lib/actor'
import { seesEveryMember } from '@/lib/members/sees-every-member'

/**
 * The parts of a club that this person may see, in their order; the others answer 404. Who sees only keys
 * has no overview: its numbers stand above those.
 */
export function sectionsOf(actor: Actor): Section[] {
  const sees: Record<Exclude<Section, 'overview'>, boolean> = {
    keys: actor.ability.can('read', 'ApiKey'),
    members: seesEveryMember(actor),
    'service-accounts': actor.ability.can('update', 'Membership'),
    webhooks: actor.ability.can('read', 'WebhookEndpoint'),
    audit: actor.ability.can('read', 'AuditEvent'),
    settings: actor.ability.can('update', 'Club'),
  }
  const seen = (['keys', 'members', 'service-accounts', 'webhooks', 'audit', 'settings'] as const).filter(
    (section) => sees[section],
  )
  return sees.keys && seen.length > 1 ? ['overview', ...seen] : seen
}
