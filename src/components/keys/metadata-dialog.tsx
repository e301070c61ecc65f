'use client'

import type { ApiKey } from '@/contracts/api-key'
import { apart } from '@/contracts/unseen'
import { textOf } from '../form-text'
import type { Refused } from '../outcome'
import { TextAreaField } from '../ui/field'
import type { KeyActions } from './actions'
import { SettingDialog } from './setting-dialog'

type Props = {
  apiKey: ApiKey
  update: KeyActions['update']
  onClose: () => void
  onDone: (text: string) => void
}

/** Notes are nested as deep as people like: JSON is the form for that which everybody who makes keys can write. */
export function MetadataDialog({ apiKey: { id, name, metadata }, update, onClose, onDone }: Props) {
  return (
    <SettingDialog
      title="Metadata"
      name={name}
      submit={async (form, attempt) => {
        const given = readMetadata(textOf(form, 'metadata'))
        return given ? update({ id, metadata: given }, attempt) : NOT_JSON
      }}
      onSaved={() => onDone(`The metadata of “${apart(name)}” is saved.`)}
      onClose={onClose}
      path="metadata"
      field={(refused) => (
        <TextAreaField
          label="Metadata"
          name="metadata"
          rows={8}
          defaultValue={Object.keys(metadata).length > 0 ? JSON.stringify(metadata, null, 2) : ''}
          placeholder={'{\n  "environment": "production"\n}'}
          hint="Your own notes as a JSON object, up to 4 KB. Whoever sees the key sees them, and so does the code that the key calls."
          autoFocus
          spellCheck={false}
          autoComplete="off"
          error={metadataError(refused)}
        />
      )}
    />
  )
}

/** @returns null for what is no JSON object */
function readMetadata(text: string): ApiKey['metadata'] | null {
  if (text.trim() === '') return {}
  try {
    const read: unknown = JSON.parse(text)
    return typeof read === 'object' && read !== null && !Array.isArray(read)
      ? (read as ApiKey['metadata'])
      : null
  } catch {
    return null
  }
}

const NOT_JSON: Refused = {
  ok: false,
  code: 'validation_failed',
  message: 'The input is not valid.',
  errors: [{ path: 'metadata', message: 'Write a JSON object, such as {"environment": "production"}.' }],
}

/** Of the whole, or of one of its values: `metadata.team`. */
function metadataError(refused: Refused | null): string | undefined {
  const found = refused?.errors.find(({ path }) => path === 'metadata' || path.startsWith('metadata.'))
  return found && (found.path === 'metadata' ? found.message : `${found.path.slice(9)} ${found.message}`)
}
