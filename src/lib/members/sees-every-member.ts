import { subject } from '@casl/ability'
import type { AppAbility } from '../permissions/ability'

/** Whether an actor may see all of the club's members, and not only themselves. */
export const seesEveryMember = ({ clubId, ability }: { clubId: string; ability: AppAbility }): boolean =>
  ability.can('read', subject('Membership', { clubId, userId: 'anyone else' } as never))
