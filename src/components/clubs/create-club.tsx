'use client'

import { useState } from 'react'
import type { OwnClub } from '@/contracts/club'
import { textOf } from '../form-text'
import { errorOf, type Outcome } from '../outcome'
import { useSubmit } from '../session/use-submit'
import { TextField } from '../ui/field'
import { leaveFor } from '../ui/leaving'
import { PageForm } from '../ui/page-form'
import { addressFor, objectionTo } from './club-address'

type Props = { create: (input: OwnClub) => Promise<Outcome<{ slug: string }>> }

/** The address follows the name until somebody writes it themselves; what is wrong with it is said as one types. */
export function CreateClub({ create }: Props) {
  const [slug, setSlug] = useState('')
  const [isOwn, setOwn] = useState(false)
  const [created, setCreated] = useState(false)
  const submission = useSubmit(
    (form) => create({ name: textOf(form, 'name'), slug: textOf(form, 'slug') }),
    (club) => {
      setCreated(true)
      // A full load: the header's clubs are new, too.
      leaveFor(`/clubs/${club.slug}`)
    },
  )
  const { refused } = submission
  const objection = slug === '' ? undefined : objectionTo(slug)
  return (
    <PageForm
      {...submission}
      pending={submission.pending || created}
      fields={['name', 'slug']}
      submit="Create club"
      pendingText="Creating…"
    >
      <TextField
        label="Name"
        name="name"
        maxLength={100}
        required
        autoFocus
        autoComplete="off"
        onChange={(event) => !isOwn && setSlug(addressFor(event.target.value))}
        error={errorOf(refused, 'name')}
      />
      <TextField
        label="Address"
        name="slug"
        value={slug}
        maxLength={40}
        required
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        onChange={(event) => {
          setOwn(event.target.value !== '')
          setSlug(event.target.value.toLowerCase())
        }}
        hint={`${slug === '' || objection ? 'a-z, 0-9 and single hyphens, 2 to 40 of them.' : `/clubs/${slug}.`} It cannot be changed later.`}
        error={objection ?? errorOf(refused, 'slug')}
      />
    </PageForm>
  )
}
