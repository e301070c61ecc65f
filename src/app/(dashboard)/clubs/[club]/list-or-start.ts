import { redirect } from 'next/navigation'
import { Refusal } from '@/lib/errors'

/**
 * Runs a page's list. If its address asks for something impossible (the cursor of another list, say), it
 * leads to the list's beginning.
 */
export async function listOrStart<Data>(here: string, list: () => Promise<Data>): Promise<Data> {
  try {
    return await list()
  } catch (error) {
    if (error instanceof Refusal && error.code === 'validation_failed') redirect(here)
    throw error
  }
}

/** A query parameter given once; anything else counts as absent. */
export const once = (value: string | string[] | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined
