import { z } from 'zod'
import { createServiceAccountBody, updateServiceAccountBody } from '@/contracts/service-accounts'
import { id } from '@/contracts/text'

/** As in REST. */
export const createForm = createServiceAccountBody
export const updateForm = updateServiceAccountBody.safeExtend({ id })
export const removeForm = z.strictObject({ id })
