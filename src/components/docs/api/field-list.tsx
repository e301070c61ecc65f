import type { ApiField } from './described'
import { Said } from './said'

type Props = {
  title: string
  fields: readonly ApiField[]
  folded?: boolean
  /** What one gets: nobody has to fill it in. */
  given?: boolean
}

export function FieldList({ title, fields, folded = false, given = false }: Props) {
  if (fields.length === 0) return null
  if (folded)
    return (
      <details className="group mb-4">
        <summary className="flex min-h-11 items-center gap-2 text-sm font-medium sm:min-h-9 [&::-webkit-details-marker]:hidden">
          <span aria-hidden className="text-quiet transition-transform group-open:rotate-90">
            ›
          </span>
          {title}
        </summary>
        <Fields fields={fields} given={given} />
      </details>
    )
  return (
    <>
      <h3>{title}</h3>
      <Fields fields={fields} given={given} />
    </>
  )
}

function Fields({ fields, given }: { fields: readonly ApiField[]; given: boolean }) {
  return (
    <ul className="!mb-6 !list-none divide-y divide-line border-y border-line !pl-0 text-sm">
      {fields.map(({ name, type, required, text, fields: inner }) => (
        <li key={name} className="!my-0 py-3">
          <p className="!mb-0 flex flex-wrap items-baseline gap-x-2.5 gap-y-0.5">
            <code className="!bg-transparent !p-0 font-semibold break-all">{name}</code>
            <span className="text-quiet">{type}</span>
            {required && !given && <span className="text-xs font-medium text-warn">required</span>}
          </p>
          {text && (
            <p className="!mt-1 !mb-0 text-quiet">
              <Said text={text} />
            </p>
          )}
          {inner.length > 0 && (
            <details className="mt-1">
              <summary className="min-h-9 content-center text-xs font-medium text-accent sm:min-h-7">
                Fields of {name}
              </summary>
              <div className="border-l border-line pl-4">
                <Fields fields={inner} given={given} />
              </div>
            </details>
          )}
        </li>
      ))}
    </ul>
  )
}
