export type Fields = Readonly<Record<string, string | number | undefined>>

/** A page of ours that is asked for these; what is empty is left out. */
export function listAddress(here: string, fields: Fields): string {
  const given = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  )
  return given.length === 0 ? here : `${here}?${new URLSearchParams(given).toString()}`
}
