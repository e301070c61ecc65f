'use server'

import { webhooks } from '@/contracts/webhooks'
import { createWebhook } from '@/lib/webhooks/create'
import { deleteWebhook } from '@/lib/webhooks/delete'
import { rotateWebhookSecret } from '@/lib/webhooks/rotate-secret'
import { replayWebhook, retryWebhookDelivery } from '@/lib/webhooks/send-again'
import { testWebhook } from '@/lib/webhooks/send-test'
import { updateWebhook } from '@/lib/webhooks/update'
import { clubAction } from '../../../../action'
import {
  addWebhookForm,
  changeWebhookForm,
  oneWebhookForm,
  replayForm,
  retryDeliveryForm,
  rotateSecretForm,
} from './forms'

const { operations } = webhooks

export async function addWebhook(slug: string, input: unknown, attempt?: unknown) {
  return clubAction(slug, operations.createWebhook, addWebhookForm, input, createWebhook, attempt)
}

export async function changeWebhook(slug: string, input: unknown, attempt?: unknown) {
  return clubAction(slug, operations.updateWebhook, changeWebhookForm, input, updateWebhook, attempt)
}

export async function removeWebhook(slug: string, input: unknown, attempt?: unknown) {
  return clubAction(slug, operations.deleteWebhook, oneWebhookForm, input, deleteWebhook, attempt)
}

export async function rotateSecret(slug: string, input: unknown, attempt?: unknown) {
  return clubAction(
    slug,
    operations.rotateWebhookSecret,
    rotateSecretForm,
    input,
    rotateWebhookSecret,
    attempt,
  )
}

export async function sendTest(slug: string, input: unknown, attempt?: unknown) {
  return clubAction(slug, operations.testWebhook, oneWebhookForm, input, testWebhook, attempt)
}

export async function retryDelivery(slug: string, input: unknown, attempt?: unknown) {
  return clubAction(
    slug,
    operations.retryWebhookDelivery,
    retryDeliveryForm,
    input,
    retryWebhookDelivery,
    attempt,
  )
}

export async function replayEvents(slug: string, input: unknown, attempt?: unknown) {
  return clubAction(slug, operations.replayWebhook, replayForm, input, replayWebhook, attempt)
}
