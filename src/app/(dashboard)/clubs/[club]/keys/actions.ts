'use server'

import {
  createApiKey,
  deleteApiKey,
  revokeApiKey,
  revokeApiKeys,
  rotateApiKey,
  updateApiKey,
} from '@/lib/auth/api-key'
import { clubChange } from '../../../../action'
import {
  createKeyForm,
  deleteKeyForm,
  revokeKeyForm,
  revokeKeysForm,
  rotateKeyForm,
  updateKeyForm,
} from './forms'

export async function createKey(slug: string, input: unknown) {
  return clubChange(slug, createKeyForm, input, createApiKey)
}

export async function updateKey(slug: string, input: unknown) {
  return clubChange(slug, updateKeyForm, input, updateApiKey)
}

export async function revokeKey(slug: string, input: unknown) {
  return clubChange(slug, revokeKeyForm, input, revokeApiKey)
}

export async function revokeKeys(slug: string, input: unknown) {
  return clubChange(slug, revokeKeysForm, input, revokeApiKeys)
}

export async function deleteKey(slug: string, input: unknown) {
  return clubChange(slug, deleteKeyForm, input, deleteApiKey)
}

export async function rotateKey(slug: string, input: unknown) {
  return clubChange(slug, rotateKeyForm, input, rotateApiKey)
}
