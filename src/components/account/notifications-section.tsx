'use client'

import { useState } from 'react'
import { useSession } from '../session/context'
import { Checkbox } from '../ui/checkbox'
import { useToast } from '../ui/toast'
import type { AccountActions, ClubMails } from './actions'
import { AccountSection } from './section'

type Props = { clubs: readonly ClubMails[]; set: AccountActions['setNotification'] }

/** Which mails a person gets, by club. */
export function NotificationsSection({ clubs, set }: Props) {
  return (
    <AccountSection title="Mails you get" id="notifications">
      {clubs.map((club) => (
        <ClubKinds key={club.slug} club={club} set={set} />
      ))}
      <p className="text-sm text-quiet">
        Mails about a leaked key, an invitation, a new password or a change of your account always reach you:
        they are how you hear that somebody else did it.
      </p>
    </AccountSection>
  )
}

function ClubKinds({ club, set }: { club: ClubMails; set: Props['set'] }) {
  const [unwanted, setUnwanted] = useState(() =>
    club.kinds.filter(({ wanted }) => !wanted).map(({ kind }) => kind),
  )
  const { act } = useSession()
  const toast = useToast()
  const show = (kind: string, wanted: boolean) =>
    setUnwanted((before) => (wanted ? before.filter((one) => one !== kind) : [...before, kind]))
  const change = async (kind: string, wanted: boolean) => {
    show(kind, wanted)
    const outcome = await act(() => set({ club: club.slug, kind, wanted }))
    if (outcome.ok) return
    show(kind, !wanted)
    toast(outcome.message, { refused: true })
  }
  return (
    <fieldset className="grid gap-1">
      <legend className="mb-1 text-sm font-medium">
        <bdi>{club.name}</bdi>
      </legend>
      {club.kinds.map(({ kind, about }) => (
        <Checkbox
          key={kind}
          label={about.charAt(0).toUpperCase() + about.slice(1)}
          checked={!unwanted.includes(kind)}
          onChange={(event) => void change(kind, event.currentTarget.checked)}
        />
      ))}
    </fieldset>
  )
}
