'use server'

import { serviceAccounts } from '@/contracts/service-accounts'
import { createServiceAccount } from '@/lib/service-accounts/create'
import { removeServiceAccount } from '@/lib/service-accounts/remove'
import { updateServiceAccount } from '@/lib/service-accounts/update'
import { clubAction } from '../../../../action'
import { createForm, removeForm, updateForm } from './forms'

export async function create(slug: string, input: unknown) {
  return clubAction(
    slug,
    serviceAccounts.operations.createServiceAccount,
    createForm,
    input,
    createServiceAccount,
  )
}

export async function update(slug: string, input: unknown) {
  return clubAction(
    slug,
    serviceAccounts.operations.updateServiceAccount,
    updateForm,
    input,
    updateServiceAccount,
  )
}

export async function remove(slug: string, input: unknown) {
  return clubAction(
    slug,
    serviceAccounts.operations.removeServiceAccount,
    removeForm,
    input,
    removeServiceAccount,
  )
}
