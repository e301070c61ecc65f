'use client'

import { useRouter } from 'next/navigation'
import type { ClubProfile, UpdateClubBody } from '@/contracts/club'
import { textOf } from '../form-text'
import { errorOf, type PageAct } from '../outcome'
import { useSubmit } from '../session/use-submit'
import { SelectField, TextField } from '../ui/field'
import { PageForm } from '../ui/page-form'
import { useToast } from '../ui/toast'

/** Zones of one part of the world. */
export type ZoneGroup = { region: string; zones: readonly string[] }
type Props = {
  club: ClubProfile
  zones: readonly ZoneGroup[]
  update: PageAct<UpdateClubBody, ClubProfile>
}

export function ClubForm({ club, zones, update }: Props) {
  const toast = useToast()
  const router = useRouter()
  const submission = useSubmit(
    (form, attempt) => update({ name: textOf(form, 'name'), timeZone: textOf(form, 'timeZone') }, attempt),
    () => {
      toast('The club is saved.')
      router.refresh()
    },
  )
  const { refused } = submission
  return (
    <PageForm
      {...submission}
      fields={['name', 'timeZone']}
      version={JSON.stringify(club)}
      submit="Save club"
      pendingText="Saving…"
      className="rounded-xl border border-line bg-raised p-4 sm:p-6"
    >
      <h2 className="font-semibold">Club</h2>
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
    </PageForm>
  )
}
