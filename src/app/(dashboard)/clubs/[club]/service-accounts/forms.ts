import { z } from 'zod'
import { createServiceAccountBody, updateServiceAccountBody } from '@/contracts/service-accounts'
import { id } from '@/contracts/text'

/** As in REST. */
export const createAccountForm = createServiceAccountBody
export const changeAccountForm = updateServiceAccountBody.safeExtend({ id })
export const removeAccountForm = z.strictObject({ id })
