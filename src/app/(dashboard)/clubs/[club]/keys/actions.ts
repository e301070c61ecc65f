'use server'

import { createApiKey, deleteApiKey, revokeApiKey, revokeApiKeys, rotateApiKey, updateApiKey } from '@/lib/auth/api-key'
import { clubAction } from '../../../../action'
import { createKeyForm, deleteKeyForm, revokeKeyForm, revokeKeysForm, rotateKeyForm, updateKeyForm } from './forms'

export async function createKey(slug: string, input: unknown) {
  return clubAction(slug, createKeyForm, input, createApiKey)
}

export async function updateKey(slug: string, input: unknown) {
  return clubAction(slug, updateKeyForm, input, updateApiKey)
}

export async function revokeKey(slug: string, input: unknown) {
  return clubAction(slug, revokeKeyForm, input, revokeApiKey)
}

export async function revokeKeys(slug: string, input: unknown) {
  return clubAction(slug, revokeKeysForm, input, revokeApiKeys)
}

export async function deleteKey(slug: string, input: unknown) {
  return clubAction(slug, deleteKeyForm, input, deleteApiKey)
}

export async function rotateKey(slug: string, input: unknown) {
  return clubAction(slug, rotateKeyForm, input, rotateApiKey)
}
