'use server'

import { serviceAccounts } from '@/contracts/service-accounts'
import { createServiceAccount } from '@/lib/service-accounts/create'
import { removeServiceAccount } from '@/lib/service-accounts/remove'
import { updateServiceAccount } from '@/lib/service-accounts/update'
import { clubAction } from '../../../../action'
import { createAccountForm, removeAccountForm, changeAccountForm } from './forms'

export async function createAccount(slug: string, input: unknown, attempt?: unknown) {
  return clubAction(
    slug,
    serviceAccounts.operations.createServiceAccount,
    createAccountForm,
    input,
    createServiceAccount,
    attempt,
  )
}

export async function changeAccount(slug: string, input: unknown, attempt?: unknown) {
  return clubAction(
    slug,
    serviceAccounts.operations.updateServiceAccount,
    changeAccountForm,
    input,
    updateServiceAccount,
    attempt,
  )
}

export async function removeAccount(slug: string, input: unknown, attempt?: unknown) {
  return clubAction(
    slug,
    serviceAccounts.operations.removeServiceAccount,
    removeAccountForm,
    input,
    removeServiceAccount,
    attempt,
  )
}
