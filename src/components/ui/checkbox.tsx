import type { ComponentProps, ReactNode } from 'react'

type Props = Omit<ComponentProps<'input'>, 'type'> & { label: ReactNode; hint?: ReactNode }

/** The whole line is the target. */
export function Checkbox({ label, hint, ...input }: Props) {
  return (
    <label className="flex min-h-11 cursor-pointer items-start gap-3 rounded-lg px-2 py-2 hover:bg-well has-disabled:cursor-not-allowed has-disabled:opacity-60 sm:min-h-9">
      <input type="checkbox" className="mt-0.5 size-4.5 shrink-0 accent-accent" {...input} />
      <span className="grid text-sm">
        <span className="font-medium">{label}</span>
        {hint && <span className="text-quiet">{hint}</span>}
      </span>
    </label>
  )
}
