import Link from 'next/link'
import type { ApiKeySort } from '@/contracts/api-key-filter'
import type { Scope } from '@/contracts/permissions'
import { Button, buttonClass } from '../ui/button'
import { SelectField, TextField } from '../ui/field'
import { USES, type KeyFilters } from './filters'
import { STATUS_NAMES } from './key-status'

type Props = {
  here: string
  given: KeyFilters
  owners: readonly { id: string; name: string }[]
  scopes: readonly Scope[]
  /** Whether there are keys of another system to tell apart. */
  imports: boolean
}

/** A plain form that asks for the same page: it works before any script does, and its address can be kept. */
export function KeyFilterBar({ here, given, owners, scopes, imports }: Props) {
  const asked = Object.values(given).some((value) => value !== undefined)
  return (
    <search>
      <form method="get" action={here} className="grid gap-2">
        <div className="grid grid-cols-2 items-end gap-3 sm:flex sm:flex-wrap">
          <Usual given={given} />
          <div className="col-span-2 flex gap-2">
            <Button type="submit" className="flex-1 sm:h-10 sm:flex-none">
              Show
            </Button>
            {asked && (
              <Link href={here} prefetch={false} className={buttonClass('quiet', 'sm:h-10')}>
                Show every key
              </Link>
            )}
          </div>
        </div>
        <Finer {...{ given, owners, scopes, imports }} />
      </form>
    </search>
  )
}

function Usual({ given }: Pick<Props, 'given'>) {
  return (
    <>
      <div className="col-span-2 sm:w-72">
        <TextField
          label="Search"
          name="q"
          type="search"
          defaultValue={given.q}
          maxLength={64}
          placeholder="Name, or how a key begins or ends"
          autoComplete="off"
        />
      </div>
      <div className="sm:w-44">
        <Choice label="Status" name="status" chosen={given.status} all="Any status" options={STATUSES} />
      </div>
      <div className="sm:w-44">
        <Choice label="Sort by" name="sort" chosen={given.sort} all="Newest first" options={SORTS} />
      </div>
    </>
  )
}

/** Folded away unless one of them is asked for. */
function Finer({ given, owners, scopes, imports }: Omit<Props, 'here'>) {
  return (
    <details open={Boolean(given.owner ?? given.scope ?? given.imported ?? given.used)}>
      <summary className="w-fit cursor-pointer rounded py-1 text-sm font-medium text-accent">
        More filters
      </summary>
      <div className="grid gap-3 pt-2 sm:flex sm:flex-wrap">
        {owners.length > 1 && (
          <div className="sm:w-72">
            <Choice
              label="Owner"
              name="owner"
              chosen={given.owner}
              all="Anyone"
              options={owners.map(({ id, name }) => [id, name])}
            />
          </div>
        )}
        <div className="sm:w-44">
          <Choice
            label="Scope"
            name="scope"
            chosen={given.scope}
            all="Any scope"
            options={scopes.map((scope) => [scope, scope])}
          />
        </div>
        {(imports || given.imported !== undefined) && (
          <div className="sm:w-44">
            <Choice
              label="Made"
              name="imported"
              chosen={given.imported}
              all="Anywhere"
              options={[
                ['true', 'Imported'],
                ['false', 'Made here'],
              ]}
            />
          </div>
        )}
        <div className="sm:w-56">
          <Choice
            label="Use"
            name="used"
            chosen={given.used}
            all="Used or not"
            options={USES.map((use) => [use, USE_NAMES[use]])}
          />
        </div>
        {/* On a phone the other one is a screen away. */}
        <Button type="submit" className="sm:hidden">
          Show
        </Button>
      </div>
    </details>
  )
}

type ChoiceProps = {
  label: string
  name: string
  chosen: string | undefined
  all: string
  options: readonly (readonly [string, string])[]
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

const STATUSES = Object.entries({ ...STATUS_NAMES, outside: 'Outside the policy' })

const SORTS: (readonly [ApiKeySort, string])[] = [
  ['lastUsedAt', 'Last used'],
  ['expiresAt', 'Ends soonest'],
  ['name', 'Name'],
]

const USE_NAMES: Record<(typeof USES)[number], string> = {
  'used-7': 'Used in the last 7 days',
  'used-30': 'Used in the last 30 days',
  'unused-30': 'Unused for 30 days',
  'unused-90': 'Unused for 90 days',
}
