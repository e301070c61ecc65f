import type { ApiKeySort } from '@/contracts/api-key-filter'
import type { Scope } from '@/contracts/permissions'
import { SelectField } from '../ui/field'
import { ENDS, FAILURES, USES, type KeyFilters } from './filters'

export type FinerProps = {
  given: KeyFilters
  owners: readonly { id: string; name: string }[]
  scopes: readonly Scope[]
  /** Whether there are keys of another system to tell apart. */
  imports: boolean
  /** Whether this person sees what keys do. */
  seesUsage: boolean
}

/** What else keys can be found by, and their order. */
export function FinerFilters({ given, owners, scopes, imports, seesUsage }: FinerProps) {
  return (
    <>
      {owners.length > 1 && (
        <Choice
          label="Owner"
          name="owner"
          chosen={given.owner}
          all="Anyone"
          options={owners.map(({ id, name }) => [id, name])}
        />
      )}
      <Choice
        label="Scope"
        name="scope"
        chosen={given.scope}
        all="Any scope"
        options={scopes.map((scope) => [scope, scope])}
      />
      <Choice label="Expiry" name="expires" chosen={given.expires} all="At any time" options={END_NAMES} />
      <Choice label="Use" name="used" chosen={given.used} all="Used or not" options={USE_NAMES} />
      {seesUsage && (
        <Choice
          label="Failed calls"
          name="failed"
          chosen={given.failed}
          all="With or without"
          options={FAILURE_NAMES}
        />
      )}
      {(imports || given.imported !== undefined) && (
        <Choice label="Made" name="imported" chosen={given.imported} all="Anywhere" options={ORIGINS} />
      )}
      <Choice label="Sort by" name="sort" chosen={given.sort} all="Newest first" options={SORTS} />
    </>
  )
}

type Option = readonly [value: string, text: string]
type ChoiceProps = {
  label: string
  name: string
  chosen: string | undefined
  all: string
  options: readonly Option[]
}

function Choice({ label, name, chosen, all, options }: ChoiceProps) {
  return (
    <SelectField label={label} name={name} defaultValue={chosen ?? ''}>
      <option value="">{all}</option>
      {options.map(([value, text]) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </SelectField>
  )
}

const SORTS: readonly (readonly [ApiKeySort, string])[] = [
  ['lastUsedAt', 'Last used'],
  ['expiresAt', 'Ends soonest'],
  ['name', 'Name'],
]

const END_NAMES = ENDS.map((end): Option => [
  end,
  end === 'never' ? 'Never' : `Within ${end} days, or already past`,
])

const USE_NAMES = USES.map((use): Option => {
  const [kind, days] = use.split('-')
  return [use, kind === 'used' ? `Used in the last ${days} days` : `Unused for ${days} days`]
})

const FAILURE_NAMES = FAILURES.map((days): Option => [
  days,
  days === '1' ? 'In the last 24 hours' : `In the last ${days} days`,
])

const ORIGINS: readonly Option[] = [
  ['true', 'Imported'],
  ['false', 'Made here'],
]
