'use client'

import { Download } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../ui/button'
import { Menu, MenuItem } from '../ui/menu'
import { useToast } from '../ui/toast'

type Props = {
  club: string
  /** The list in the API, and what it is asked for. */
  path: string
  query: string
  /** What it holds: "the log"; and the beginning of the file's name. */
  what: string
  file: string
  filtered: boolean
}

const FORMS = {
  csv: { accept: 'text/csv', text: 'CSV, for spreadsheets' },
  jsonl: { accept: 'application/x-ndjson', text: 'JSON lines, for programs' },
} as const
type Ending = keyof typeof FORMS

/** Everything that matches the filters, not this page alone: as the API gives it. */
export function ExportMenu({ filtered, ...list }: Props) {
  const [pending, setPending] = useState(false)
  const toast = useToast()
  const save = async (ending: Ending) => {
    setPending(true)
    const { download } = await import('./download')
    toast(await download(list, { ending, accept: FORMS[ending].accept }))
    setPending(false)
  }
  return (
    <Menu
      trigger={
        <Button disabled={pending} className="sm:h-10">
          <Download aria-hidden size={16} className="text-quiet" />
          <span className="max-sm:sr-only">
            {pending ? 'Exporting…' : filtered ? 'Export what is shown' : 'Export'}
          </span>
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
