import { z } from 'zod'
import { id } from '@/contracts/text'
import {
  createWebhookBody,
  replayWebhookBody,
  rotateWebhookSecretBody,
  updateWebhookBody,
} from '@/contracts/webhook'

/** As in REST, with the row that a path names there. */
export const addWebhookForm = createWebhookBody
export const changeWebhookForm = updateWebhookBody.safeExtend({ id })
export const oneWebhookForm = z.strictObject({ id })
export const rotateSecretForm = rotateWebhookSecretBody.extend({ id })
export const retryDeliveryForm = z.strictObject({ id, deliveryId: id })
export const replayForm = replayWebhookBody.extend({ id })
