'use client'

import { ChevronDown } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../ui/button'
import { Menu, MenuItem } from '../ui/menu'
import { useToast } from '../ui/toast'

type Props = {
  club: string
  /** The page's filters, as its address has them. */ query: string
  filtered: boolean
}

const FORMS = {
  csv: { accept: 'text/csv', text: 'CSV, for spreadsheets' },
  jsonl: { accept: 'application/x-ndjson', text: 'JSON lines, for programs' },
} as const
type Ending = keyof typeof FORMS

/** Everything that matches the filters, not this page alone: as the API gives it. */
export function AuditExport({ club, query, filtered }: Props) {
  const [pending, setPending] = useState(false)
  const toast = useToast()
  const save = async (ending: Ending) => {
    setPending(true)
    toast(await download(club, query, ending))
    setPending(false)
  }
  return (
    <Menu
      trigger={
        <Button disabled={pending}>
          {pending ? 'Exporting…' : filtered ? 'Export what is shown' : 'Export'}
          <ChevronDown aria-hidden size={16} />
        </Button>
      }
    >
      {(Object.keys(FORMS) as Ending[]).map((ending) => (
        <MenuItem key={ending} onSelect={() => void save(ending)}>
          {FORMS[ending].text}
        </MenuItem>
      ))}
    </Menu>
  )
}

/** @returns what became of it, in words; what broke off is no file */
async function download(club: string, query: string, ending: Ending): Promise<string> {
  try {
    const headers = { accept: FORMS[ending].accept, 'x-club': club }
    const answer = await fetch(`/api/v1/audit-events?${query}`, { headers })
    if (answer.status === 429) return 'Too many requests at the moment. Try again in a minute.'
    if (!answer.ok) return 'The log could not be exported. Load the page again and retry.'
    const file = URL.createObjectURL(await answer.blob())
    const link = document.createElement('a')
    link.href = file
    link.download = `${club}-audit-${new Date().toISOString().slice(0, 10)}.${ending}`
    link.click()
    setTimeout(() => URL.revokeObjectURL(file), 60_000)
    return 'The log is exported.'
  } catch {
    return 'The export broke off, and nothing was saved. Try again.'
  }
}
