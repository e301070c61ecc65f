import type { Section } from '@/components/shell/nav'
import type { Actor } from '@/lib/actor'
import { seesEveryMember } from '@/lib/permissions/ability'

/** The parts of a club that this person may see; the others answer 404. */
export function sectionsOf(actor: Actor): Section[] {
  const sees: Record<Section, boolean> = {
    keys: actor.ability.can('read', 'ApiKey'),
    members: seesEveryMember(actor),
    'service-accounts': actor.ability.can('update', 'Membership'),
    audit: actor.ability.can('read', 'AuditEvent'),
    settings: actor.ability.can('update', 'Club'),
  }
  return (['keys', 'members', 'service-accounts', 'audit', 'settings'] as const).filter(
    (section) => sees[section],
  )
}
