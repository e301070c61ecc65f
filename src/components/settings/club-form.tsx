'use client'

import { useRouter } from 'next/navigation'
import type { ClubProfile, UpdateClubBody } from '@/contracts/club'
import { textOf } from '../form-text'
import { errorOf, messageOf, type Outcome } from '../outcome'
import { useSubmit } from '../session/use-submit'
import { SubmitButton } from '../ui/button'
import { SelectField, TextField } from '../ui/field'
import { Notice } from '../ui/notice'
import { useToast } from '../ui/toast'

/** Zones of one part of the world. */
export type ZoneGroup = { region: string; zones: readonly string[] }
type Props = {
  club: ClubProfile
  zones: readonly ZoneGroup[]
  update: (input: UpdateClubBody) => Promise<Outcome<ClubProfile>>
}

export function ClubForm({ club, zones, update }: Props) {
  const toast = useToast()
  const router = useRouter()
  const { pending, refused, onSubmit } = useSubmit(
    (form) => update({ name: textOf(form, 'name'), timeZone: textOf(form, 'timeZone') }),
    () => {
      toast('The club is saved.')
      router.refresh()
    },
  )
  const message = messageOf(refused, ['name', 'timeZone'])
  return (
    <form
      method="post"
      onSubmit={onSubmit}
      className="grid gap-5 rounded-xl border border-line bg-raised p-4 sm:p-6"
    >
      <h2 className="font-semibold">Club</h2>
      {message && <Notice tone="bad">{message}</Notice>}
      <div className="grid items-start gap-5 sm:grid-cols-2">
        <TextField
          label="Name"
          name="name"
          defaultValue={club.name}
          maxLength={100}
          required
          autoComplete="off"
          hint={`Its address stays /clubs/${club.slug}.`}
          error={errorOf(refused, 'name')}
        />
        <SelectField
          label="Time zone"
          name="timeZone"
          defaultValue={club.timeZone}
          hint="Where the club’s days end: for keys that end with a day, and in mails."
          error={errorOf(refused, 'timeZone')}
        >
          {zones.map(({ region, zones: all }) => (
            <optgroup key={region} label={region}>
              {all.map((zone) => (
                <option key={zone} value={zone}>
                  {zone.replaceAll('_', ' ')}
                </option>
              ))}
            </optgroup>
          ))}
        </SelectField>
      </div>
      <div className="flex justify-end">
        <SubmitButton pending={pending} pendingText="Saving…">
          Save club
        </SubmitButton>
      </div>
    </form>
  )
}
