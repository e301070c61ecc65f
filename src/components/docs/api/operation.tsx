import Link from 'next/link'
import { CodeBlock } from '../code-block'
import { AnchorLink } from '../markdown'
import type { ApiOperation, ApiParameter } from './described'
import { FieldList } from './field-list'
import { MethodBadge } from './method-badge'
import { Samples } from './samples'
import { Said } from './said'
import { TryIt } from './try-it'

/** One operation: what it takes and gives, and beside it how it looks. */
export function OperationSection({ operation }: { operation: ApiOperation }) {
  const { id, method, path, summary, text, caller, answers, curl, fetch } = operation
  return (
    <section
      aria-labelledby={id}
      className="grid grid-cols-1 gap-x-10 border-t border-line py-10 first-of-type:border-t-0 xl:grid-cols-[minmax(0,1fr)_minmax(0,29rem)]"
    >
      <div className="min-w-0">
        <h2 id={id} className="!mt-0">
          {summary}
          <AnchorLink id={id} text={summary} />
        </h2>
        <p className="flex flex-wrap items-center gap-2">
          <MethodBadge method={method} />
          <code className="!bg-transparent !p-0 break-all">{path}</code>
        </p>
        <p>
          <Said text={text} />
        </p>
        <Takes {...operation} />
        <Gives {...operation} />
      </div>
      <div className="min-w-0 xl:sticky xl:top-20 xl:self-start">
        <Samples curl={curl} fetch={fetch} />
        {(caller === 'key' || caller === 'anyone') && (
          <TryIt
            {...{ id, method, path, parameters: operation.parameters, needsKey: caller === 'key' }}
            example={operation.body?.example ?? null}
          />
        )}
        {answers.map(
          ({ status, example }) =>
            example !== null && (
              <details key={status} className="group" open>
                <summary className="sr-only">Example of the answer</summary>
                <div className="[&_pre]:max-h-96">
                  <CodeBlock code={example} language="json" title={`Answer ${status}`} />
                </div>
              </details>
            ),
        )}
      </div>
    </section>
  )
}

function Takes({ parameters, body }: ApiOperation) {
  const asFields = (place: ApiParameter['place']) =>
    parameters.filter((one) => one.place === place).map((one) => ({ ...one, fields: [] }))
  const headers = asFields('header')
  return (
    <>
      <FieldList title="Path" fields={asFields('path')} />
      <FieldList title="Query" fields={asFields('query')} />
      {body && (
        <FieldList title={body.required ? 'Body' : 'Body, which may be left out'} fields={body.fields} />
      )}
      {headers.length > 0 && <FieldList title="Headers" fields={headers} folded />}
    </>
  )
}

function Gives({ answers, refusals }: ApiOperation) {
  return (
    <>
      {answers.map(({ status, text, fields }) => (
        <div key={status}>
          <h3>
            Answer <span className="tabular-nums">{status}</span>
          </h3>
          <p>
            <Said text={text} />
          </p>
          {fields.length > 0 && <FieldList title="Fields of the answer" fields={fields} folded given />}
        </div>
      ))}
      {refusals.some(({ codes }) => codes.length > 0) && (
        <>
          <h3>Refusals</h3>
          <ul className="!list-none !pl-0 text-sm">
            {refusals.map(({ status, codes }) => (
              <li key={status} className="flex flex-wrap gap-x-3 gap-y-1">
                <span className="w-8 text-quiet tabular-nums">{status}</span>
                {codes.map((code) => (
                  <Link key={code} href={`/docs/problems/${code}`} prefetch={false}>
                    {code}
                  </Link>
                ))}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}
