import { ChevronDown } from 'lucide-react'
import { useId, type ComponentProps, type ReactNode } from 'react'

const CONTROL =
  'block w-full rounded-lg border border-edge bg-raised px-3 text-base text-ink placeholder:text-quiet aria-invalid:border-bad disabled:opacity-60 sm:text-sm'

type Wiring = { id: string; 'aria-describedby': string | undefined; 'aria-invalid': boolean }
type FieldProps = {
  label: string
  hint?: ReactNode
  error?: string | undefined
  /** Where its place on the page says what it is for; it stays for screen readers. */
  hideLabel?: boolean | undefined
  children: (wiring: Wiring) => ReactNode
}

/** A labelled control with its hint and its error, tied together for assistive technology. */
function Field({ label, hint, error, hideLabel = false, children }: FieldProps) {
  const id = useId()
  const described = [hint ? `${id}-hint` : null, error ? `${id}-error` : null].filter(Boolean).join(' ')
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className={hideLabel ? 'sr-only' : 'text-sm font-medium'}>
        {label}
      </label>
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': error !== undefined })}
      {hint && (
        <p id={`${id}-hint`} className="text-sm text-quiet">
          {hint}
        </p>
      )}
      <FieldMessage id={`${id}-error`} error={error} />
    </div>
  )
}

export function FieldMessage({ id, error }: { id: string; error: string | undefined }) {
  return (
    error && (
      <p id={id} role="alert" data-fault className="text-sm font-medium text-bad">
        {sentence(error)}
      </p>
    )
  )
}

/** Contracts word errors as the rest of a sentence: `must be one line`. */
function sentence(text: string): string {
  const start = /^(must|is|are|this club|a key)\b/.test(text)
    ? text.replace(/^(must|is|are)\b/, (verb) => `This ${verb}`)
    : text
  const capital = start.charAt(0).toUpperCase() + start.slice(1)
  return /[.!?]$/.test(capital) ? capital : `${capital}.`
}

type Common = { label: string; hint?: ReactNode; error?: string | undefined }

export function TextField({
  label,
  hint,
  error,
  hideLabel,
  className = '',
  ...input
}: ComponentProps<'input'> & Common & Pick<FieldProps, 'hideLabel'>) {
  return (
    <Field {...{ label, hint, error, hideLabel }}>
      {(wiring) => <input {...wiring} {...input} className={`${CONTROL} h-11 sm:h-10 ${className}`} />}
    </Field>
  )
}

export function TextAreaField({
  label,
  hint,
  error,
  className = '',
  ...area
}: ComponentProps<'textarea'> & Common) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(wiring) => (
        <textarea
          {...wiring}
          {...area}
          className={`${CONTROL} min-h-20 resize-y py-2.5 font-mono leading-relaxed ${className}`}
        />
      )}
    </Field>
  )
}

export function SelectField({ label, hint, error, children, ...select }: ComponentProps<'select'> & Common) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(wiring) => (
        <div className="relative">
          <select {...wiring} {...select} className={`${CONTROL} h-11 appearance-none truncate pr-9 sm:h-10`}>
            {children}
          </select>
          <ChevronDown
            aria-hidden
            size={16}
            className="pointer-events-none absolute top-1/2 right-3 -translate-y-1/2 text-quiet"
          />
        </div>
      )}
    </Field>
  )
}

/** The address that somebody signs in with. */
export function OwnEmailField(input: Pick<ComponentProps<'input'>, 'defaultValue'> & Pick<Common, 'error'>) {
  return (
    <TextField
      label="Email"
      name="email"
      type="email"
      autoComplete="username"
      inputMode="email"
      maxLength={254}
      required
      autoFocus
      {...input}
    />
  )
}

/** The password of the person signed in, to confirm that it is them. */
export function ConfirmPasswordField({
  email,
  ...given
}: { email: string } & Pick<Common, 'hint' | 'error'>) {
  return (
    <>
      <KnownEmail email={email} />
      <TextField
        label={`Password for ${email}`}
        name="password"
        type="password"
        autoComplete="current-password"
        maxLength={1024}
        required
        autoFocus
        {...given}
      />
    </>
  )
}

/** Tells password managers whose password a form asks for. */
export function KnownEmail({ email }: { email: string }) {
  return <input type="email" autoComplete="username" defaultValue={email} readOnly hidden />
}
