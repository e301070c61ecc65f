'use client'

import type { ReactNode } from 'react'
import type { ApiKey } from '@/contracts/api-key'
import { apart } from '@/contracts/unseen'
import type { Refused } from '../outcome'
import { useSubmit } from '../session/use-submit'
import { Dialog } from '../ui/dialog'
import { DialogForm } from '../ui/dialog-form'

type Props = {
  title: string
  /** Of the key. */
  name: string
  submit: Parameters<typeof useSubmit<ApiKey>>[0]
  onSaved: (key: ApiKey) => void
  onClose: () => void
  /** What the field itself says, by the path of the error. */
  path: string
  field: (refused: Refused | null) => ReactNode
}

/** One setting of a key that counts from its next request on. */
export function SettingDialog({ title, name, submit, onSaved, onClose, path, field }: Props) {
  const submission = useSubmit(submit, onSaved)
  return (
    <Dialog
      onClose={onClose}
      title={title}
      description={`“${apart(name)}” keeps its token. The change counts from the next request on.`}
    >
      <DialogForm {...submission} fields={[path]} submit="Save" pendingText="Saving…">
        {field(submission.refused)}
      </DialogForm>
    </Dialog>
  )
}
