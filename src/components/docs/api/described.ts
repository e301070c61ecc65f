// An operation of the API, as its page shows it.

export type ApiField = { name: string; type: string; required: boolean; text: string; fields: ApiField[] }
export type ApiParameter = {
  name: string
  place: 'path' | 'query' | 'header'
  type: string
  /** Every value there is, where they are few. */
  choices: string[]
  required: boolean
  text: string
}
export type ApiOperation = {
  id: string
  method: string
  path: string
  summary: string
  text: string
  caller: 'key' | 'session' | 'operator' | 'anyone'
  parameters: ApiParameter[]
  body: { required: boolean; fields: ApiField[]; example: string } | null
  answers: { status: string; text: string; fields: ApiField[]; example: string | null }[]
  refusals: { status: string; codes: string[] }[]
  curl: string
  fetch: string
}
