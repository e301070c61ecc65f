'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import type { ClubPolicy, Policy, UpdateClubPolicyBody } from '@/contracts/club-policy'
import type { Outcome } from '../outcome'
import { useToast } from '../ui/toast'
import { OutsideNotice } from './outside-notice'
import type { GrantingRole } from './makers-field'
import { PolicyDialog } from './policy-dialog'
import { PolicyForm } from './policy-form'

type UpdatePolicy = (input: UpdateClubPolicyBody) => Promise<Outcome<ClubPolicy>>
type Props = {
  policy: ClubPolicy
  roles: readonly GrantingRole[]
  /** The address of the club's keys. */
  keys: string
  update: UpdatePolicy
}

/** The policy as it is, and what lies outside it. Before a change that leaves keys outside, says which. */
export function PolicyPanel({ policy, roles, keys, update }: Props) {
  const [asked, ask] = useState<{ settings: Policy; wouldBe: ClubPolicy } | null>(null)
  const toast = useToast()
  const router = useRouter()
  const saved = () => {
    ask(null)
    toast('The policy is saved. It counts for new keys, its limits for all.')
    router.refresh()
  }
  const submit = async (settings: Policy) => {
    const wouldBe = await update({ ...settings, preview: true })
    if (!wouldBe.ok || leavesOutside(policy, wouldBe.data)) return wouldBe
    return update(settings)
  }
  return (
    <div className="grid gap-6">
      <OutsideNotice outside={policy.outside} keys={keys} />
      <PolicyForm
        key={JSON.stringify(policy)}
        policy={policy}
        roles={roles}
        submit={submit}
        onDone={(settings, found) =>
          leavesOutside(policy, found) ? ask({ settings, wouldBe: found }) : saved()
        }
      />
      {asked && (
        <PolicyDialog
          outside={asked.wouldBe.outside}
          keys={keys}
          save={() => update(asked.settings)}
          onClose={() => ask(null)}
          onDone={saved}
        />
      )}
    </div>
  )
}

/** Whether a change puts more outside than there is already: only then is there something to think over. */
function leavesOutside({ outside: before }: ClubPolicy, { outside: after }: ClubPolicy): boolean {
  const crowded = new Set(before.owners.map(({ id }) => id))
  return after.keys.count > before.keys.count || after.owners.some(({ id }) => !crowded.has(id))
}
