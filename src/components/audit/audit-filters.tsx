import Link from 'next/link'
import type { AuditTexts } from '@/contracts/definition'
import { Button, buttonClass } from '../ui/button'
import { SelectField } from '../ui/field'

type Props = {
  here: string
  texts: AuditTexts
  people: readonly { id: string; name: string }[]
  action: string | undefined
  person: string | undefined
  filtered: boolean
}

/** A plain form that asks for the same page: it works before any script does, and its address can be kept. */
export function AuditFilters({ here, texts, people, action, person, filtered }: Props) {
  return (
    <form method="get" action={here} className="grid grid-cols-2 items-end gap-3 sm:flex sm:flex-wrap">
      <div className="sm:w-52">
        <SelectField label="What" name="action" defaultValue={action ?? ''}>
          <option value="">Everything</option>
          {Object.entries(texts.acts).map(([value, { title }]) => (
            <option key={value} value={value}>
              {title}
            </option>
          ))}
        </SelectField>
      </div>
      <div className="sm:w-52">
        <SelectField label="Who" name="actorUserId" defaultValue={person ?? ''}>
          <option value="">Everybody</option>
          {people.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
      </div>
      <div className="col-span-2 flex gap-2">
        <Button type="submit" className="flex-1 sm:h-10 sm:flex-none">
          Show
        </Button>
        {filtered && (
          <Link href={here} prefetch={false} className={buttonClass('quiet', 'sm:h-10')}>
            Show everything
          </Link>
        )}
      </div>
    </form>
  )
}
