'use server'

import { createServiceAccount } from '@/lib/service-accounts/create'
import { removeServiceAccount } from '@/lib/service-accounts/remove'
import { updateServiceAccount } from '@/lib/service-accounts/update'
import { clubChange } from '../../../../action'
import { createForm, removeForm, updateForm } from './forms'

export async function create(slug: string, input: unknown) {
  return clubChange(slug, createForm, input, createServiceAccount)
}

export async function update(slug: string, input: unknown) {
  return clubChange(slug, updateForm, input, updateServiceAccount)
}

export async function remove(slug: string, input: unknown) {
  return clubChange(slug, removeForm, input, removeServiceAccount)
}
