import type { ComponentProps } from 'react'

const BASE =
  'inline-flex h-11 items-center justify-center gap-2 rounded-lg px-4 text-sm font-medium whitespace-nowrap select-none transition-colors disabled:cursor-not-allowed disabled:opacity-50 sm:h-9 sm:px-3.5'

const LOOKS = {
  primary: 'bg-accent text-on-accent not-disabled:hover:bg-accent-strong',
  secondary:
    'border border-line bg-raised text-ink not-disabled:hover:border-edge not-disabled:hover:bg-well',
  danger: 'bg-bad text-on-bad not-disabled:hover:bg-bad-strong',
  quiet: 'text-quiet not-disabled:hover:bg-well not-disabled:hover:text-ink',
}

type Look = { look?: keyof typeof LOOKS }

/** The classes of a button, for links that look like one. */
export const buttonClass = (look: keyof typeof LOOKS = 'secondary', more = '') =>
  `${BASE} ${LOOKS[look]} ${more}`

export function Button({
  look = 'secondary',
  className = '',
  type = 'button',
  ...rest
}: ComponentProps<'button'> & Look) {
  return <button type={type} className={buttonClass(look, className)} {...rest} />
}

type Submit = ComponentProps<'button'> & Look & { pending: boolean; pendingText: string }

/** Sends a form. While it is on its way it stays focused and in place, says so, and cannot be sent twice. */
export function SubmitButton({ pending, pendingText, children, onClick, look = 'primary', ...rest }: Submit) {
  return (
    <Button
      type="submit"
      look={look}
      aria-disabled={pending}
      onClick={(event) => (pending ? event.preventDefault() : onClick?.(event))}
      {...rest}
    >
      {pending ? pendingText : children}
    </Button>
  )
}
