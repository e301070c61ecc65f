'use client'

import { createContext, use, type ReactNode } from 'react'
import type { Words } from '@/contracts/definition'

const WordsContext = createContext<Words | null>(null)

/** Gives what is below the words for roles and scopes, which the app defines and the server knows. */
export function WordsProvider({ words, children }: { words: Words; children: ReactNode }) {
  return <WordsContext value={words}>{children}</WordsContext>
}

export function useWords(): Words {
  const words = use(WordsContext)
  if (!words) throw new Error('useWords needs a WordsProvider above it')
  return words
}
