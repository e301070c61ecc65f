'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'
import { AskBeforeLeaving, linkToFollow } from './dialog'
import { leavePage, useBackCloses } from './history-entry'
import { useWarningBeforeLeaving, type LeavingQuestion } from './leaving'

const always = () => true
/** Of the page itself, such as the way to its content: nothing is left. */
const isHere = (link: string) => link.replace(/#.*/, '') === location.pathname + location.search

/** As long as it is there, whoever leaves the page by a link, by Back or with its tab is asked first. */
export function PageGuard({ question }: { question: LeavingQuestion }) {
  const [go, setGo] = useState<(() => void) | null>(null)
  const router = useRouter()
  useBackCloses(() => {
    setGo(() => leavePage)
    return false
  })
  useWarningBeforeLeaving(always)
  useEffect(() => {
    const follow = (event: MouseEvent) => {
      const link = linkToFollow(event)
      if (!link || isHere(link)) return
      event.preventDefault()
      event.stopPropagation()
      setGo(() => () => router.replace(link))
    }
    // Before the links' own listeners.
    document.addEventListener('click', follow, { capture: true })
    return () => document.removeEventListener('click', follow, { capture: true })
  }, [router])
  return go && <AskBeforeLeaving question={question} go={go} onStay={() => setGo(null)} />
}
