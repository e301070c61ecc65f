'use client'

import { signOut } from 'next-auth/react'

/**
 * Ends this sign-in.
 * @returns false when the server refused: next-auth's own client takes that answer for success
 */
export async function signOutHere(): Promise<boolean> {
  try {
    const answer: unknown = await signOut({ redirect: false })
    return typeof answer === 'object' && answer !== null && 'url' in answer
  } catch {
    return false
  }
}
