'use client'

import type { MemberImpact } from '@/contracts/offboarding'
import type { Role } from '@/contracts/permissions'
import { apart } from '@/contracts/unseen'
import { errorOf, type Outcome } from '../outcome'
import { useSubmit } from '../session/use-submit'
import { Dialog } from '../ui/dialog'
import { DialogForm } from '../ui/dialog-form'
import type { ListedMember, MemberActions } from './actions'
import { NO_ROLE, readRoles, RolePicker } from './role-picker'

type Props = {
  member: ListedMember
  actions: Pick<MemberActions, 'update' | 'impact'>
  /** Keys would lose something: to be asked about first. */
  onNarrows: (roles: Role[], impact: MemberImpact) => void
  onClose: () => void
  onDone: (text: string) => void
}
type Saved = { roles: Role[]; narrows: MemberImpact | null }

export function RolesDialog({ member, actions, onNarrows, onClose, onDone }: Props) {
  const submission = useSubmit(
    async (form, attempt) => {
      const roles = readRoles(form)
      return roles.length === 0 ? NO_ROLE : save(actions, member.id, roles, attempt)
    },
    ({ roles, narrows }) =>
      narrows ? onNarrows(roles, narrows) : onDone(`The roles of ${apart(member.user.name)} are changed.`),
  )
  return (
    <Dialog
      onClose={onClose}
      title={`Roles of ${apart(member.user.name)}`}
      description="A key can do no more than its owner’s roles allow: taking a role away narrows every key at once."
    >
      <DialogForm {...submission} fields={['roles']} submit="Save roles" pendingText="Saving…">
        <RolePicker chosen={member.roles} error={errorOf(submission.refused, 'roles')} />
      </DialogForm>
    </Dialog>
  )
}

async function save(
  actions: Props['actions'],
  id: string,
  roles: Role[],
  attempt: string,
): Promise<Outcome<Saved>> {
  const impact = await actions.impact({ id, act: 'roles', roles })
  if (!impact.ok) return impact
  if (impact.data.count > 0) return { ok: true, data: { roles, narrows: impact.data } }
  const updated = await actions.update({ id, roles }, attempt)
  return updated.ok ? { ok: true, data: { roles, narrows: null } } : updated
}
