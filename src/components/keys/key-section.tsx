import { useId, type ReactNode } from 'react'

type Props = { title: string; action?: ReactNode; children: ReactNode }

/** A part of a key's page, under a hairline. */
export function KeySection({ title, action, children }: Props) {
  const id = useId()
  return (
    <section
      aria-labelledby={id}
      className="grid grid-cols-1 content-start gap-2.5 border-t border-line pt-4"
    >
      <div className="flex min-h-8 flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h2 id={id} className="font-semibold tracking-tight">
          {title}
        </h2>
        {action}
      </div>
      {children}
    </section>
  )
}

type Edit = { what: string; onClick: () => void }

/** Opens the dialog of one thing. @param what it is, for those who hear the buttons of a page one by one */
export const EditButton = ({ what, onClick }: Edit) => (
  <button
    type="button"
    aria-label={`Edit ${what}`}
    onClick={onClick}
    className="-my-2.5 -mr-2 min-h-11 shrink-0 rounded-lg px-2 text-sm font-medium text-accent hover:bg-well sm:min-h-9"
  >
    Edit
  </button>
)
