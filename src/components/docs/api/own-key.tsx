'use client'

import { createContext, use, useState, type ReactNode } from 'react'

type OwnKey = { token: string; setToken: (token: string) => void }

const Context = createContext<OwnKey>({ token: '', setToken: () => {} })

/** A key that somebody tries operations with: in the memory of this page alone, gone when it is left or loaded again. */
export function OwnKeyProvider({ children }: { children: ReactNode }) {
  const [token, setToken] = useState('')
  return <Context value={{ token, setToken }}>{children}</Context>
}

export const useOwnKey = (): OwnKey => use(Context)
