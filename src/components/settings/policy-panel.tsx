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

/** A preview needs no attempt. */
type UpdatePolicy = (input: UpdateClubPolicyBody, attempt?: string) => Promise<Outcome<ClubPolicy>>
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
  const [saves, setSaves] = useState(0)
  const toast = useToast()
  const router = useRouter()
  const { outside, ...settings } = policy
  const saved = () => {
    ask(null)
    setSaves(saves + 1)
    toast('The policy is saved. It applies to new keys; its rate limits apply to all.')
    router.refresh()
  }
  const submit = async (given: Policy, attempt: string) => {
    const wouldBe = await update({ ...given, preview: true })
    if (!wouldBe.ok || leavesOutside(policy, wouldBe.data)) return wouldBe
    return update(given, attempt)
  }
  return (
    <div className="grid gap-6">
      <OutsideNotice outside={outside} keys={keys} />
      <PolicyForm
        policy={settings}
        roles={roles}
        saves={saves}
        submit={submit}
        onDone={(wanted, found) =>
          leavesOutside(policy, found) ? ask({ settings: wanted, wouldBe: found }) : saved()
        }
      />
      {asked && (
        <PolicyDialog
          outside={asked.wouldBe.outside}
          keys={keys}
          save={(attempt) => update(asked.settings, attempt)}
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
