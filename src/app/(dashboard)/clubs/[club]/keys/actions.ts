'use server'

import { apiKeys } from '@/contracts/api-keys'
import { honeykeys } from '@/contracts/honeykeys'
import {
  createApiKey,
  createHoneykey,
  deleteApiKey,
  findRevocable,
  revokeApiKey,
  revokeApiKeys,
  rotateApiKey,
  updateApiKey,
} from '@/lib/auth/api-key'
import { clubAction } from '../../../../action'
import { endingThere } from './ending-there'
import {
  createKeyForm,
  deleteKeyForm,
  revocableKeysForm,
  revokeKeyForm,
  revokeKeysForm,
  rotateKeyForm,
  updateKeyForm,
} from './forms'

export async function createKey(slug: string, input: unknown, attempt?: unknown) {
  return clubAction(
    slug,
    apiKeys.operations.createApiKey,
    createKeyForm,
    input,
    endingThere(createApiKey),
    attempt,
  )
}

export async function createHoney(slug: string, input: unknown, attempt?: unknown) {
  const { createHoneykey: operation } = honeykeys.operations
  return clubAction(slug, operation, operation.body, input, createHoneykey, attempt)
}

export async function updateKey(slug: string, input: unknown, attempt?: unknown) {
  return clubAction(
    slug,
    apiKeys.operations.updateApiKey,
    updateKeyForm,
    input,
    endingThere(updateApiKey),
    attempt,
  )
}

export async function revokeKey(slug: string, input: unknown, attempt?: unknown) {
  return clubAction(slug, apiKeys.operations.revokeApiKey, revokeKeyForm, input, revokeApiKey, attempt)
}

export async function revokeManyKeys(slug: string, input: unknown, attempt?: unknown) {
  return clubAction(slug, apiKeys.operations.revokeApiKeys, revokeKeysForm, input, revokeApiKeys, attempt)
}

export async function revocableKeys(slug: string, input: unknown) {
  return clubAction(slug, apiKeys.operations.revokeApiKeys, revocableKeysForm, input, findRevocable)
}

export async function deleteKey(slug: string, input: unknown, attempt?: unknown) {
  return clubAction(slug, apiKeys.operations.deleteApiKey, deleteKeyForm, input, deleteApiKey, attempt)
}

export async function rotateKey(slug: string, input: unknown, attempt?: unknown) {
  return clubAction(
    slug,
    apiKeys.operations.rotateApiKey,
    rotateKeyForm,
    input,
    endingThere(rotateApiKey),
    attempt,
  )
}
